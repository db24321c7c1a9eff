import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0001_initial'),
        ('assets', '0002_video'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rights',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(choices=[('own', 'We made it'), ('licensed', 'Somebody else made it and lets us show it'), ('case', 'Evidence of a case, shown for a policing purpose'), ('missing', 'We have no right to show it yet')], max_length=12)),
                ('taken_by', models.CharField(blank=True, max_length=120)),
                ('licence', models.CharField(blank=True, max_length=300)),
                ('people', models.CharField(choices=[('none', 'Nobody can be recognised'), ('agreed', 'Everybody who can be recognised has agreed'), ('purpose', 'They need not agree: say on what ground'), ('missing', 'Somebody has not agreed yet')], max_length=12)),
                ('minors', models.CharField(choices=[('none', 'No child is in it'), ('agreed', 'A guardian of each child has agreed'), ('purpose', 'A missing child, or another ground that is said below'), ('missing', 'A guardian has not agreed yet')], max_length=12)),
                ('why_people', models.CharField(blank=True, max_length=300)),
                ('music', models.CharField(blank=True, choices=[('none', 'No music'), ('licensed', 'Music that we may use: say which licence'), ('missing', 'Music without a licence')], max_length=12)),
                ('music_licence', models.CharField(blank=True, max_length=300)),
                ('expires_on', models.DateField(null=True)),
                ('stated_at', models.DateTimeField()),
                ('stated_by', models.CharField(max_length=60)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('asset', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='assets.asset')),
                ('video', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='assets.video')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('asset__isnull', False), ('video__isnull', True)), models.Q(('asset__isnull', True), ('video__isnull', False)), _connector='OR'), name='rights_are_of_a_picture_or_a_video'), models.CheckConstraint(condition=models.Q(models.Q(('owner', 'licensed'), _negated=True), models.Q(('licence', ''), _negated=True), _connector='OR'), name='a_licence_is_named')],
            },
        ),
    ]
