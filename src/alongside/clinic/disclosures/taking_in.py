"""A client's record from another clinic of this software, taken in row by row."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field, ForeignKey, JSONField, Model

from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.disclosures.portable import BYTES, EXPORTED, FORMAT, Portable
from alongside.clinic.instruments.actions import import_instrument
from alongside.clinic.instruments.models import Instrument, InstrumentVersion
from alongside.clinic.people.actions import CodeTaken
from alongside.clinic.people.models import Client, Person
from alongside.methods.vocabulary.errors import AlongsideError

MISFITS = (
    *(ValidationError, ObjectDoesNotExist, IntegrityError),
    *(AttributeError, LookupError, TypeError, ValueError),
)


class NotARecord(AlongsideError):
    """This is no client’s record from this software: {problem}."""


class AlreadyHere(AlongsideError):
    """The record of this client is here already."""


def take_in_client(
    *, data: str | bytes, code: str | None = None, by: Actor, now: datetime
) -> Client:
    """The client with every row of their record, as it was where it comes from.

    Their consents let that other clinic give, and not this one. Therapists who are not here come
    along by name, without a way in. `code` is a record number to take instead of the old one.
    Raises: NotFound, NotARecord, AlreadyHere, CodeTaken, VersionChanged.
    """
    by = check(by, Deed.RECORD, Record(Segment.IDENTITY), now=now)
    told = _read(data)
    with transaction.atomic():
        place = "people"
        try:
            reader = _Reader(told, by=by, now=now)
            for portable in EXPORTED:
                place = portable.label
                reader.take(portable, code=code)
        except MISFITS:
            raise NotARecord(problem=f"something in {place} does not fit") from None
        client: Client = reader.rows["people.client"][0]  # type: ignore[assignment]
        audit("take_in_client", by=by, now=now, subject=client, client_id=client.pk)
    return client


def _read(data: str | bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(data)
    except ValueError:
        raise NotARecord(problem="it is not JSON") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise NotARecord(problem=f"it does not say that it is {FORMAT}")
    rows = told.get("rows")
    wanted = {each.label for each in EXPORTED}
    if not isinstance(rows, dict) or set(rows) != wanted:
        raise NotARecord(problem="its tables are not those of this version")
    if len(rows["people.client"]) != 1:
        raise NotARecord(problem="it is not of one client")
    return told


class _Reader:
    """Turns values into rows, each finding those that came before it."""

    def __init__(self, told: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
        self.told = told
        self.rows: dict[str, list[Model]] = {}
        self.people = {each["ref"]: _person(each) for each in told.get("people", [])}
        self.versions = {
            (each["url"], each["version"]): import_instrument(
                document=each["document"], scoring=each["scoring"], by=by, now=now
            )
            for each in told.get("instruments", [])
        }

    def take(self, portable: Portable, *, code: str | None) -> None:
        """Every row of one table."""
        taken = self.rows.setdefault(portable.label, [])
        columns = list(portable.columns())
        for value in self.told["rows"][portable.label]:
            if set(value) != {column.name for column in columns}:
                raise NotARecord(problem=f"{portable.label} has other columns here")
            row = portable.model()
            for column in columns:
                setattr(row, column.attname, self._value(portable, column, value[column.name]))
            if isinstance(row, Client):
                row.code = code or row.code
                _check_is_new(row)
            if portable.label == "consent.consent":
                row.is_from_elsewhere = True  # type: ignore[attr-defined]
            _check_fits(row, columns)
            row.save(force_insert=True)
            taken.append(row)

    def _value(self, portable: Portable, column: Field[Any, Any], value: Any) -> Any:
        if isinstance(column, ForeignKey):
            return None if value is None else self._reference(column, value).pk
        if isinstance(value, dict) and set(value) == {BYTES}:
            return base64.b64decode(value[BYTES], validate=True)
        if column.name in portable.numbers_in:
            key, label = portable.numbers_in[column.name]
            return [{**each, key: self.rows[label][each[key]].pk} for each in value]
        return value if isinstance(column, JSONField) else column.to_python(value)

    def _reference(self, column: ForeignKey[Any, Any], value: Any) -> Model:
        if column.related_model is Person:
            return self.people[value]
        if column.related_model is InstrumentVersion:
            return self.versions[tuple(value)]
        if column.related_model is Instrument:
            return Instrument.objects.get(url=value)
        found: Model = self.rows[column.related_model._meta.label_lower][value]
        return found


def _person(told: Mapping[str, Any]) -> Person:
    """The person of that name in the file: staff who is here already, or somebody with no way in.

    Raises: AlreadyHere.
    """
    known = Person.objects.filter(public_id=told["ref"]).first()
    if known is not None and told["is_client"]:
        raise AlreadyHere
    if known is not None:
        return known
    return Person.objects.create_person(
        sign_in_name=f"elsewhere-{told['ref']}",
        display_name=told["name"],
        public_id=told["ref"],
        is_active=bool(told["is_client"]),
    )


def _check_fits(row: Model, columns: list[Field[Any, Any]]) -> None:
    """Nothing, when every value that is there is one that its column takes.

    Raises: ValidationError.
    """
    for column in columns:
        value = getattr(row, column.attname)
        if not column.is_relation and value not in column.empty_values:
            column.clean(value, row)


def _check_is_new(client: Client) -> None:
    """Nothing, when neither the client nor their number is here.

    Raises: AlreadyHere, CodeTaken.
    """
    if Client.objects.filter(public_id=client.public_id).exists():
        raise AlreadyHere
    if Client.objects.numbered(client.code).exists():
        raise CodeTaken(code=client.code)
