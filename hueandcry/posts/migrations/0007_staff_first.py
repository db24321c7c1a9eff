from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("posts", "0006_first_moment")]

    operations = []
