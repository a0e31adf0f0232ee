# The first rows of signals.

import alongside.clinic.people.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0004_clinic_outward_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=alongside.clinic.people.models.new_public_id, editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('strain', 'Strain'), ('off_course', 'Off Course'), ('worse', 'Worse'), ('silent', 'Silent'), ('may_drift', 'May Drift'), ('away', 'Away')], max_length=12)),
                ('occasion', models.CharField(blank=True, max_length=80)),
                ('until', models.DateField()),
                ('why', models.CharField(choices=[('planned', 'Planned'), ('explained', 'Explained'), ('not_now', 'Not Now'), ('does_not_fit', 'Does Not Fit')], max_length=15)),
                ('set_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.client')),
                ('therapist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('client', 'therapist', 'kind'), name='one_set_aside_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Usefulness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('strain', 'Strain'), ('off_course', 'Off Course'), ('worse', 'Worse'), ('silent', 'Silent'), ('may_drift', 'May Drift'), ('away', 'Away')], max_length=12)),
                ('occasion', models.CharField(blank=True, max_length=80)),
                ('is_useful', models.BooleanField()),
                ('said_at', models.DateTimeField()),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.client')),
                ('therapist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('client', 'therapist', 'kind', 'occasion'), name='one_usefulness_a_signal')],
            },
        ),
    ]
