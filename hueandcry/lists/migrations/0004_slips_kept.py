from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("lists", "0003_pauses_and_slips_aside")]

    operations = []
