from django.apps import AppConfig


class SealedNotesConfig(AppConfig):
    name = "alongside.clinic.sealed_notes"
    label = "sealed_notes"
    default_auto_field = "django.db.models.BigAutoField"
