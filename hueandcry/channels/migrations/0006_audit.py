from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0005_figures")]

    operations: list[migrations.operations.base.Operation] = [
        migrations.AddField(model_name="profilecheck", name="picture", field=models.BooleanField(null=True)),
        migrations.AddField(model_name="profilecheck", name="banner", field=models.BooleanField(null=True)),
        migrations.AddField(
            model_name="profilecheck", name="described", field=models.BooleanField(null=True)
        ),
    ]
