from django.apps import AppConfig


class PrivacyPagesConfig(AppConfig):
    name = "alongside.interfaces.privacy"
    label = "privacy_pages"
