from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]

    operations = [
        migrations.AddField(model_name="notice", name="seen_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="notice",
            name="seen_by",
            field=models.CharField(blank=True, db_default="", max_length=60),
        ),
    ]
