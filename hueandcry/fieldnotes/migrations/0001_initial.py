import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("agencies", "0006_colleague"), ("posts", "0005_held_changes")]

    operations = [
        migrations.CreateModel(
            name="FieldNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_ref", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=40)),
                (
                    "wanted",
                    models.CharField(
                        choices=[("go", "To go out"), ("draft", "Kept as a draft")], max_length=12
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Kept as a draft"),
                            ("handed-in", "Handed in"),
                            ("going", "Going out"),
                            ("stopped", "Kept as a draft, because something stands in the way"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sentence", models.CharField(blank=True, max_length=1000)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "post",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.post"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "fieldnote",
            models.UniqueConstraint(
                fields=("agency", "person_ref", "key"), name="a_note_is_taken_in_once"
            ),
        ),
    ]
