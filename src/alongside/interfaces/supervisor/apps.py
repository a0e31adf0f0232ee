from django.apps import AppConfig


class SupervisorPagesConfig(AppConfig):
    name = "alongside.interfaces.supervisor"
    label = "supervisor_pages"
