"""Every row of one client as data that another clinic of this software can take in.

The rows are read through the models' own columns, so that a new column comes along by itself. A new
table does not: it has to be named here, as exported or as left behind with its reason.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, QuerySet

from alongside.clinic.disclosures.left_behind import left_behind_of
from alongside.clinic.instruments.models import Instrument, InstrumentVersion
from alongside.clinic.people.models import Client, Clinic, Person

FORMAT: Final = "alongside-client/1"
BYTES: Final = "__base64__"


@dataclass(frozen=True)
class Portable:
    """One table that goes along: the column that names the client, and which of the rows go.

    `without` names columns that belong to this house alone; `numbers_in` the keys under which a
    JSON column holds the number of a row of another table.
    """

    label: str
    path: str = "client"
    only: Mapping[str, Any] = field(default_factory=dict)
    but: Mapping[str, Any] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    numbers_in: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def rows(self, client: Client) -> QuerySet[Any]:
        """The client's rows, in the order in which they came."""
        found = self.model._base_manager.filter(**{self.path: client.pk}, **self.only)
        for name, value in self.but.items():
            found = found.exclude(**{name: value})
        return found.order_by("pk")

    def columns(self) -> Iterator[Field[Any, Any]]:
        """The columns that go along. An index of a sealed column is made anew where it arrives."""
        for column in self.model._meta.local_concrete_fields:
            is_index = hasattr(column, "index_of")
            if not (column.primary_key or is_index or column.name in self.without):
                yield column


EXPORTED: Final[tuple[Portable, ...]] = (
    Portable("people.client", "pk"),
    Portable("people.formerrecord", without=frozenset({"number"})),
    Portable("people.care"),
    Portable("instruments.slot", without=frozenset({"link_key"})),
    Portable("visits.visit"),
    Portable("instruments.response"),
    Portable("instruments.answer"),
    Portable("instruments.correction", but={"kind": "of_another"}),
    Portable("alliance.allianceseries"),
    Portable("alliance.coursepoint"),
    Portable("alliance.repair"),
    Portable("alliance.repairstep"),
    Portable("alliance.change"),
    Portable(
        "progress.progressseries",
        numbers_in={"points": ("slot", "instruments.slot")},
    ),
    Portable("engagement.reachedout"),
    Portable("supervision.supervisionnote", only={"is_for_client": True}),
    Portable("consent.consent", without=frozenset({"is_from_elsewhere"})),
    Portable(
        "disclosures.disclosure",
        but={"basis": "own_copy", "demand__is_sealed": True},
        without=frozenset({"demand"}),
    ),
    Portable("disclosures.restrictionrequest"),
    Portable("transparency.question"),
    Portable("access.keptfrom"),
    Portable("disclosures.erasurerequest"),
)
"""What goes along, in an order in which each row finds the rows that it points to."""

STAYS: Final[Mapping[str, str]] = {
    "access.emergency": "audit",
    "audit.auditevent": "audit",
    "feedback.kioskcode": "codes",
    "outbox.message": "messages",
    "disclosures.legaldemand": "demands",
    "sealed_notes.sealednote": "sealed_notes",
    "signals.setaside": "signals",
    "signals.usefulness": "signals",
    "transparency.flag": "audit",
}
"""Tables about a client that stay, each with the name of its reason in `left_behind`."""


def portable_record(client: Client, clinic: Clinic, *, now: datetime) -> dict[str, Any]:
    """Everything of the client's as one JSON value."""
    writer = _Writer()
    rows = {each.label: [writer.row(each, row) for row in each.rows(client)] for each in EXPORTED}
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "clinic": {"name": clinic.name, "time_zone": clinic.time_zone},
        "left_behind": left_behind_of(client),
        "people": [
            {"ref": each.public_id, "name": each.display_name, "is_client": each == client.person}
            for each in sorted(writer.people.values(), key=lambda each: each.public_id)
        ],
        "instruments": [
            {
                "url": each.instrument.url,
                "version": each.version,
                "document": each.document,
                "scoring": each.scoring,
            }
            for each in sorted(writer.versions.values(), key=lambda each: each.pk)
        ],
        "rows": rows,
    }


class _Writer:
    """Turns rows into values; remembers which numbers became which, and who was named."""

    def __init__(self) -> None:
        self.numbers: dict[str, dict[int, int]] = {}
        self.people: dict[int, Person] = {}
        self.versions: dict[int, InstrumentVersion] = {}

    def row(self, portable: Portable, row: Model) -> dict[str, Any]:
        numbers = self.numbers.setdefault(portable.label, {})
        numbers[row.pk] = len(numbers)
        return {column.name: self._value(portable, column, row) for column in portable.columns()}

    def _value(self, portable: Portable, column: Field[Any, Any], row: Model) -> Any:
        value = getattr(row, column.attname)
        if isinstance(column, ForeignKey):
            return None if value is None else self._reference(column, row)
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, bytes | memoryview):
            return {BYTES: base64.b64encode(bytes(value)).decode()}
        if column.name in portable.numbers_in:
            key, label = portable.numbers_in[column.name]
            return [{**each, key: self.numbers[label][each[key]]} for each in value]
        return value

    def _reference(self, column: ForeignKey[Any, Any], row: Model) -> Any:
        target = column.related_model._meta.label_lower
        if column.related_model is Person:
            person: Person = getattr(row, column.name)
            self.people[person.pk] = person
            return person.public_id
        if column.related_model is InstrumentVersion:
            version: InstrumentVersion = getattr(row, column.name)
            self.versions[version.pk] = version
            return [version.instrument.url, version.version]
        if column.related_model is Instrument:
            instrument: Instrument = getattr(row, column.name)
            return instrument.url
        return self.numbers[target][getattr(row, column.attname)]


def tables_about_clients() -> Iterator[str]:
    """Every table whose rows belong to a client, over however many steps."""
    reached: set[type[Model]] = {Client}
    models = [model for model in apps.get_models() if model.__module__.startswith("alongside.")]
    while True:
        more = {
            model
            for model in models
            if model not in reached
            and any(_points_to(column, reached) for column in _columns(model))
        }
        if not more:
            break
        reached |= more
    for model in models:
        holds_number = any(column.name == "client_id" for column in _columns(model))
        if model in reached or holds_number:
            yield model._meta.label_lower


def _columns(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.local_concrete_fields)


def _points_to(column: Field[Any, Any], reached: set[type[Model]]) -> bool:
    return isinstance(column, ForeignKey) and column.related_model in reached
