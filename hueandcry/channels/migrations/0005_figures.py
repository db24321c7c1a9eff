from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_whose_sign_in")]

    operations = []
