from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0004_crop")]

    operations = [
        migrations.AddField("video", "unused_since", models.DateTimeField(null=True)),
        migrations.AddField("video", "erased_at", models.DateTimeField(null=True)),
    ]
