from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "alongside.clinic.visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"
