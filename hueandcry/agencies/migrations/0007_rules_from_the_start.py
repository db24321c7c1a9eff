from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agencies", "0006_colleague")]

    operations = []
