from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_news")]

    operations = [migrations.AddField("delivery", "unconfirmed_at", models.DateTimeField(null=True))]
