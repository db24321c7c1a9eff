import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_rights")]

    operations = [
        migrations.AddField(
            "asset",
            "part_of",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="assets.asset",
            ),
        ),
    ]
