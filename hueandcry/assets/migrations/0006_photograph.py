import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_colleague"), ("assets", "0005_swept")]

    operations = [
        migrations.CreateModel(
            name="Photograph",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("copies", models.JSONField(default=list)),
                ("alt", models.CharField(max_length=200)),
                ("taken_by", models.CharField(blank=True, max_length=120)),
                ("agreed_to", models.TextField()),
                ("agreed_at", models.DateTimeField()),
                ("taken_back_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at__isnull", True)),
                        fields=("agency", "person"),
                        name="one_photograph_of_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("alt", ""), ("agreed_to", ""), _connector="OR", _negated=True),
                        name="a_photograph_has_words_and_consent",
                    ),
                ]
            },
        ),
    ]
