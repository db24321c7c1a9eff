from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_whose_sign_in")]

    operations = [
        migrations.AddField("profilecheck", "followers", models.PositiveBigIntegerField(null=True)),
    ]
