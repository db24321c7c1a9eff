from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("posts", "0007_staff_first")]

    operations = []
