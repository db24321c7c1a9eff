import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_colleague"), ("posts", "0009_unconfirmed_since")]

    operations = [
        migrations.AddField("post", "no_card", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("post", "cards", models.JSONField(null=True)),
        migrations.CreateModel(
            name="LinkCard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=200)),
                ("address", models.CharField(max_length=500)),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not read yet"),
                            ("page", "read"),
                            ("nothing", "gave no page"),
                            ("unknown", "could not be read"),
                        ],
                        max_length=12,
                    ),
                ),
                ("said", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(blank=True, max_length=300)),
                ("description", models.CharField(blank=True, max_length=600)),
                ("picture", models.JSONField(null=True)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["agency", "address"], name="an_address_has_one_card"),
                    models.CheckConstraint(
                        condition=~Q(found="page") | Q(read_at__isnull=False),
                        name="a_card_says_when_it_was_read",
                    ),
                ]
            },
        ),
    ]
