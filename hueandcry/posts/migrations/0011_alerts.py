import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_colleague"), ("posts", "0010_link_cards")]

    operations = [
        migrations.AddField(
            "post",
            "alert",
            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField("newspage", "first", models.BooleanField(db_default=False, default=False)),
        migrations.AddField("newspage", "put_at", models.DateTimeField(null=True)),
        migrations.AddField("newspage", "up_at", models.DateTimeField(null=True)),
        migrations.AddField("newspage", "said_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "newspage", models.Index(fields=["first", "up_at", "shown_at"], name="news_first")
        ),
        migrations.CreateModel(
            name="AlertMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("Alert", "Alert"), ("Update", "Update"), ("Cancel", "Cancelled")],
                        max_length=6,
                    ),
                ),
                ("identifier", models.CharField(max_length=200, unique=True)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("over_at", models.DateTimeField(null=True)),
                ("content", models.JSONField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alert_messages",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["over_at", "expires_at"], name="alert_over"),
                    models.Index(fields=["agency", "-sent_at"], name="alert_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "number"), name="an_alert_counts_its_messages")
                ],
            },
        ),
    ]
