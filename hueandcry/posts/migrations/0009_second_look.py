from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_series_and_counts")]

    operations = []
