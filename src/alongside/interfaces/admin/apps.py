from django.apps import AppConfig


class AdminPagesConfig(AppConfig):
    name = "alongside.interfaces.admin"
    label = "admin_pages"
