import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_first_moment")]

    operations = [
        migrations.AddField("post", "if_asked", models.TextField(blank=True, db_default="", default="")),
        migrations.AddField("post", "staff_minutes", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("post", "staff_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="StaffFirst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveSmallIntegerField(default=0)),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
        ),
    ]
