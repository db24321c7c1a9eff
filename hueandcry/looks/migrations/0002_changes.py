import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def with_changes_from_the_next_month_on(apps, schema_editor):
    """A draw is made a week before its month. One that has not begun has promised nothing but its number."""
    rows = apps.get_model("looks", "Draw").objects.using(schema_editor.connection.alias)
    rows.filter(begins_at__gt=timezone.now()).update(with_changes=True)


class Migration(migrations.Migration):
    dependencies = [
        ("looks", "0001_initial"),
        ("posts", "0009_unconfirmed_since"),
    ]

    operations = [
        migrations.AddField(
            model_name="draw",
            name="with_changes",
            field=models.BooleanField(db_default=False, default=True),
        ),
        migrations.AddField(
            model_name="secondlook",
            name="change",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="posts.postrevision",
            ),
        ),
        migrations.AlterField(
            model_name="secondlook",
            name="post",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="posts.post"
            ),
        ),
        migrations.AddConstraint(
            model_name="secondlook",
            constraint=models.UniqueConstraint(
                condition=models.Q(("change__isnull", True)), fields=("post",), name="a_post_has_one_lot"
            ),
        ),
        migrations.RunPython(with_changes_from_the_next_month_on, migrations.RunPython.noop),
    ]
