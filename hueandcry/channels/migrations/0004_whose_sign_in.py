from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_voices_and_checks")]

    operations = [
        migrations.AddField("account", "unproved_at", models.DateTimeField(null=True)),
        migrations.AddField("account", "other_id", models.CharField(blank=True, db_default="", max_length=200)),
        migrations.AddField("account", "other_handle", models.CharField(blank=True, db_default="", max_length=253)),
        migrations.AddField("account", "moved_at", models.DateTimeField(null=True)),
    ]
