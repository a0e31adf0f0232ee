"""allauth's accounts without its pages: its keys need the room, and nothing goes through it."""

from __future__ import annotations

from allauth.account.apps import AccountConfig


class AllauthAccounts(AccountConfig):  # type: ignore[misc]  # allauth has no types
    """The app that `allauth.mfa` imports from. Its middleware serves pages that we do not have."""

    def ready(self) -> None:
        """Asks for no middleware."""
