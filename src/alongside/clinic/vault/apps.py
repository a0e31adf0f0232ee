from django.apps import AppConfig
from django.core.checks import register

from alongside.clinic.vault.tiers import check_tiers


class VaultConfig(AppConfig):
    name = "alongside.clinic.vault"
    label = "vault"

    def ready(self) -> None:
        register(check_tiers)
