from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("series", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="series",
            name="writers",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
