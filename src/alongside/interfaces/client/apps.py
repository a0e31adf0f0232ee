from django.apps import AppConfig


class ClientPagesConfig(AppConfig):
    name = "alongside.interfaces.client"
    label = "client_pages"
