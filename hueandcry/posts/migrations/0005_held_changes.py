from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0004_video")]

    operations = [
        migrations.AlterField(
            "deliveryedit",
            "status",
            models.CharField(
                choices=[
                    ("waiting", "Being changed"),
                    ("held", "The change is held back"),
                    ("done", "Changed"),
                    ("failed", "Not changed"),
                    ("dropped", "No longer wanted"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
    ]
