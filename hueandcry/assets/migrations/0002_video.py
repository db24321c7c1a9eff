import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('assets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Video',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('claimed_by', models.CharField(blank=True, default='', max_length=32)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, default='', max_length=200)),
                ('status', models.CharField(choices=[('waiting', 'Being looked at'), ('ready', 'Ready'), ('refused', 'Not usable')], default='waiting', max_length=12)),
                ('original', models.CharField(blank=True, max_length=64)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('mime', models.CharField(blank=True, max_length=20)),
                ('size', models.PositiveBigIntegerField()),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('stills', models.JSONField(default=list)),
                ('file_name', models.CharField(blank=True, max_length=120)),
                ('problem', models.CharField(blank=True, max_length=400)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.CharField(max_length=60)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('still', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assets.asset')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('status', 'ready'), _negated=True), models.Q(models.Q(('digest', ''), _negated=True), ('still__isnull', False), ('original', ''), ('seconds__gt', 0)), _connector='OR'), name='a_ready_video_is_clean_and_has_a_still')],
            },
        ),
    ]
