"""How one consent goes: the table, and nothing else."""

from __future__ import annotations

from typing import Final

from django.db import models

from alongside.methods.vocabulary.errors import AlongsideError


class ConsentState(models.TextChoices):
    DRAFT = "draft"
    SIGNED = "signed"
    REVOKED = "revoked"
    EXPIRED = "expired"
    SET_ASIDE = "set_aside"


class ConsentEvent(models.TextChoices):
    SIGN = "sign"
    REVOKE = "revoke"
    EXPIRE = "expire"
    SET_ASIDE = "set_aside"


class NotInThisState(AlongsideError):
    """This consent has changed in the meantime. Please load the page again."""


NEXT: Final[dict[tuple[ConsentState, ConsentEvent], ConsentState]] = {
    (ConsentState.DRAFT, ConsentEvent.SIGN): ConsentState.SIGNED,
    (ConsentState.SIGNED, ConsentEvent.REVOKE): ConsentState.REVOKED,
    (ConsentState.SIGNED, ConsentEvent.EXPIRE): ConsentState.EXPIRED,
    (ConsentState.SIGNED, ConsentEvent.SET_ASIDE): ConsentState.SET_ASIDE,
}


def next_state(state: str, event: ConsentEvent) -> ConsentState:
    """The state after the event.

    Raises: NotInThisState.
    """
    after = NEXT.get((ConsentState(state), event))
    if after is None:
        raise NotInThisState
    return after
