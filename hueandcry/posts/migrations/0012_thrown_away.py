from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0011_alerts")]

    operations = [
        migrations.AddField("post", "thrown_at", models.DateTimeField(null=True)),
    ]
