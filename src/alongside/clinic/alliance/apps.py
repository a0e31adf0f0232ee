from django.apps import AppConfig


class AllianceConfig(AppConfig):
    name = "alongside.clinic.alliance"
    label = "alliance"
    default_auto_field = "django.db.models.BigAutoField"
