"""A repair can be withdrawn, and noticed again."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alliance', '0004_alarmbudget'),
    ]

    operations = [
        migrations.AlterField(
            model_name='repair',
            name='state',
            field=models.CharField(choices=[('noticed', 'Noticed'), ('talked_about', 'Talked About'), ('confirmed', 'Confirmed'), ('not_confirmed', 'Not Confirmed'), ('repaired', 'Repaired'), ('withdrawn', 'Withdrawn')], default='noticed', max_length=15),
        ),
        migrations.AlterField(
            model_name='repairstep',
            name='event',
            field=models.CharField(choices=[('noticed', 'Noticed'), ('talked_about', 'Talked About'), ('client_confirms', 'Client Confirms'), ('client_denies', 'Client Denies'), ('client_feels_better', 'Client Feels Better'), ('ratings_came_back', 'Ratings Came Back'), ('sent_to_supervision', 'Sent To Supervision'), ('holds_no_more', 'Holds No More'), ('noticed_again', 'Noticed Again')], max_length=20),
        ),
    ]
