from django.apps import AppConfig


class TherapistPagesConfig(AppConfig):
    name = "alongside.interfaces.therapist"
    label = "therapist_pages"
