"""The Django app that carries the shared templates, styles and scripts."""

from __future__ import annotations

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """The app behind every page; it has no models."""

    name = "alongside.interfaces.shared"
    label = "shared"
