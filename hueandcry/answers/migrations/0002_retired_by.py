from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_initial")]

    operations = [
        migrations.AddField(
            "answer", "retired_by", models.CharField(blank=True, db_default="", max_length=60)
        ),
    ]
