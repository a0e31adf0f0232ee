from django.apps import AppConfig


class SharedPagesConfig(AppConfig):
    name = "alongside.interfaces.shared"
    label = "shared_pages"
