"""The Django app that carries the shared templates, styles and scripts."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from alongside.interfaces.shared.declared import check_declared


class SharedConfig(AppConfig):
    """The app behind every page; it has no models."""

    name = "alongside.interfaces.shared"
    label = "shared"

    def ready(self) -> None:
        """Has Django's system check look at every address."""
        register(check_declared)
