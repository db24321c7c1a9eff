from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0006_photograph")]

    operations = [
        migrations.AddField("asset", "unused_since", models.DateTimeField(null=True)),
        migrations.AddField("asset", "erased_at", models.DateTimeField(null=True)),
    ]
