import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assets', '0002_video'),
        ('posts', '0003_many_voices'),
    ]

    operations = [
        migrations.AddField(
            model_name='post',
            name='video',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assets.video'),
        ),
        migrations.AddField(
            model_name='post',
            name='video_words',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
    ]
