"""How secret a column is. Every column says so, and one that does not is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db.models import Field, Model


class Tier(StrEnum):
    """Who would learn what from one column of a stolen database."""

    CLEAR = "T0"  # random numbers, states, due times: nothing about anybody
    IDENTITY = "T1"  # who somebody is: names, record numbers, addresses
    CLINICAL = "T2"  # what somebody answered, wrote, or is like
    SEALED = "T3"  # for its author alone: the server itself cannot open it


CLEAR_IN_LIBRARIES: Mapping[str, frozenset[str]] = {
    "contenttypes.contenttype": frozenset({"id", "app_label", "model"}),
    "auth.permission": frozenset({"id", "name", "content_type", "codename"}),
    "auth.group": frozenset({"id", "name", "permissions"}),
    "auth.group_permissions": frozenset({"id", "group", "permission"}),
    "mfa.authenticator": frozenset({"id", "user", "type", "data", "created_at", "last_used_at"}),
    "account.emailaddress": frozenset({"id", "user", "email", "verified", "primary"}),
    "account.emailconfirmation": frozenset({"id", "email_address", "created", "sent", "key"}),
}
"""The columns of models that are not ours. None may be about a person: the accounts of allauth stay
empty, and its keys hold public halves and the names of sealed secrets."""


def tier_of(field: Field[Any, Any]) -> Tier | None:
    """The tier that a column declares. Missing: None when it declares none."""
    declared: Tier | None = getattr(field, "tier", None)
    if declared is not None:
        return declared
    model: type[Model] = field.model
    clear = getattr(model, "clear", CLEAR_IN_LIBRARIES.get(model._meta.label_lower, ()))
    return Tier.CLEAR if field.name in clear or field.primary_key else None


def columns() -> Iterator[Field[Any, Any]]:
    """Every column of every table."""
    for model in apps.get_models(include_auto_created=True):
        yield from model._meta.local_concrete_fields


def check_tiers(**_: object) -> list[CheckMessage]:
    """An error for every column that does not declare its tier, and every name that is no column.

    Run by Django's system check, so that no command starts on such a house.
    """
    undeclared = [
        Error(
            f"{field.model._meta.label}.{field.name} does not declare how secret it is.",
            hint="Seal it, or name it in the model's `clear` if a stranger may read it.",
            id="vault.E001",
        )
        for field in columns()
        if tier_of(field) is None
    ]
    return [*undeclared, *_names_of_nothing()]


def _names_of_nothing() -> Iterator[CheckMessage]:
    for model in apps.get_models():
        known = {field.name: field for field in model._meta.local_concrete_fields}
        for name in getattr(model, "clear", ()):
            if name not in known or hasattr(known[name], "tier"):
                yield Error(
                    f"{model._meta.label}.clear names {name}, which is no unsealed column.",
                    id="vault.E002",
                )
