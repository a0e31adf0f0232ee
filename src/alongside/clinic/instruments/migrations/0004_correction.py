"""What a response held before it was corrected or taken back."""

import alongside.clinic.people.models
import alongside.clinic.vault.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('instruments', '0003_sealed'),
        ('people', '0004_clinic_outward_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=alongside.clinic.people.models.new_public_id, editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('corrected', 'Corrected'), ('taken_back', 'Taken Back'), ('of_another', 'Of Another')], max_length=10)),
                ('way_in', models.CharField(choices=[('link', 'Link'), ('kiosk', 'Kiosk'), ('signed_in', 'Signed In'), ('handed_over', 'Handed Over'), ('paper', 'Paper'), ('imported', 'Imported')], max_length=12)),
                ('before', alongside.clinic.vault.fields.SealedJSON('T2', alongside.clinic.vault.fields.Bound(client='client_id', row=('public_id',)))),
                ('why', alongside.clinic.vault.fields.SealedText('T2', alongside.clinic.vault.fields.Bound(client='client_id', row=('public_id',)))),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='people.client')),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='instruments.slot')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
    ]
