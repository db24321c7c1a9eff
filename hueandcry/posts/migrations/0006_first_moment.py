import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0005_held_changes")]

    operations = [
        migrations.AddField("delivery", "meant_at", models.DateTimeField(null=True)),
        migrations.AddField("deliveryedit", "meant_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "post",
            "replaced_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="posts.post",
            ),
        ),
    ]
