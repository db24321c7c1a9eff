import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('agencies', '0006_colleague'),
    ]

    operations = [
        migrations.CreateModel(
            name='Answered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('rule', models.CharField(max_length=60)),
                ('found', models.CharField(max_length=300)),
                ('reason', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('by_ref', models.CharField(max_length=60)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'subject'], name='answered_by_subject')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('page', models.CharField(blank=True, max_length=300)),
                ('stage', models.CharField(blank=True, choices=[('', 'Not said, or no case'), ('unknown', 'Nobody is known yet'), ('named', 'Somebody is named, not arrested'), ('wanted', 'Wanted in public'), ('arrested', 'Arrested'), ('charged', 'Charged'), ('convicted', 'Convicted'), ('acquitted', 'Acquitted, or no further action')], max_length=12)),
                ('stage_by', models.CharField(blank=True, max_length=60)),
                ('names', models.JSONField(default=list)),
                ('why', models.CharField(blank=True, max_length=500)),
                ('names_by', models.CharField(blank=True, max_length=60)),
                ('said_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'subject'), name='one_case_for_a_subject')],
            },
        ),
        migrations.CreateModel(
            name='Matter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('words', models.JSONField()),
                ('permitted', models.CharField(blank=True, max_length=300)),
                ('reason', models.CharField(max_length=500)),
                ('ask', models.CharField(max_length=120)),
                ('blind', models.BooleanField(default=False)),
                ('forbidden', models.BooleanField(default=False)),
                ('until', models.DateField(null=True)),
                ('held_at', models.DateTimeField()),
                ('held_by', models.CharField(max_length=60)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.CharField(blank=True, max_length=60)),
                ('lifted_why', models.CharField(blank=True, max_length=500)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'lifted_at'], name='matter_in_force')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by', ''), ('lifted_why', '')), models.Q(('lifted_at__isnull', False), models.Q(('lifted_by', ''), _negated=True), models.Q(('lifted_why', ''), _negated=True)), _connector='OR'), name='a_matter_is_lifted_by_somebody_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='TriedAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('claimed_by', models.CharField(blank=True, default='', max_length=32)),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.CharField(blank=True, default='', max_length=200)),
                ('address', models.CharField(max_length=500)),
                ('found', models.CharField(blank=True, choices=[('', 'not tried yet'), ('page', 'gave a page'), ('nothing', 'gave no page'), ('unknown', 'could not be tried')], max_length=12)),
                ('said', models.CharField(blank=True, max_length=60)),
                ('tried_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'address'), name='an_address_is_tried_once')],
            },
        ),
    ]
