from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lists", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ReturnMailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("claimed_by", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, default="", max_length=200)),
                ("place", models.CharField(max_length=300, unique=True)),
                ("validity", models.BigIntegerField(default=0)),
                ("last_uid", models.BigIntegerField(default=0)),
                ("uid", models.BigIntegerField(default=0)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", ""),
                            ("away", "It does not answer"),
                            ("password", "It does not accept user or password"),
                            ("folder", "The folder is not there, or can only be read"),
                            ("clear", "The password would travel in the clear"),
                            ("secret", "The file with the password is not there or open to others"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("problem_since", models.DateTimeField(null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.AddField(
            model_name="sending",
            name="is_ours",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="departed",
            name="reason",
            field=models.CharField(
                choices=[
                    ("left", "They left"),
                    ("removed", "Taken off the list by hand"),
                    ("bounced", "Messages came back"),
                    ("complain", "They reported a message as unwanted"),
                ],
                max_length=8,
            ),
        ),
    ]
