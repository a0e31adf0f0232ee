"""Every address of the house as tables that people can read: what it touches, and who may.

Read from the resolver, the line above each view and the policy; `tools/matrix.py` writes the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from alongside.clinic.access import policy
from alongside.clinic.access.asked import Asked
from alongside.clinic.access.policy import Deed, Record, Relation, Segment, decide
from alongside.interfaces.shared.declared import (
    CLIENTS,
    LINK,
    OR,
    SIGNED_IN,
    Declared,
    Route,
    Touched,
    declared_of,
    door_of,
    roles_at,
    words_for,
)
from alongside.interfaces.shared.declared import routes as addresses

HEAD = """## Every address

What each page touches of anybody's record, as the line above its view declares it, and who may by
the policy: those for whom the page is and who may do all that it touches. In brackets stands what
has to be so besides. What a page touches *perhaps* is a part of it that only those see who may. A
page asks the policy for no more than is written here. GET stands for HEAD as well, and an address
has no other methods. Who may see a form may send it. To everybody else an address looks like one
that never was.

An address that names nobody shows each person what the policy lets them see. The policy is the
outer wall, and some pages let in fewer: a record that was opened in an emergency is for who opened
it, a sealed note for who wrote it."""

TITLES = {
    "shared": "Everybody: the way in and out",
    "client": "Clients",
    "therapist": "Therapists",
    "supervisor": "Supervisors",
    "privacy": "Privacy officers",
    "admin": "Administrators",
}
CLINICIAN = Relation.CLINICIAN

# What people are to the record of one client, and by which doors they come in.
PEOPLE: dict[str, tuple[frozenset[Relation], frozenset[str]]] = {
    "the client": (frozenset({Relation.SELF}), frozenset({CLIENTS})),
    "their therapist": (
        frozenset({CLINICIAN, Relation.IN_CARE_OF, Relation.ABOUT, Relation.AUTHOR}),
        frozenset({"therapist"}),
    ),
    "who stands in": (frozenset({CLINICIAN, Relation.COVERING}), frozenset({"therapist"})),
    "in an emergency": (
        frozenset({CLINICIAN, Relation.IN_EMERGENCY}),
        frozenset({"therapist", "supervisor"}),
    ),
    "any therapist": (frozenset({CLINICIAN}), frozenset({"therapist"})),
    "their supervisor": (
        frozenset({CLINICIAN, Relation.SUPERVISOR, Relation.SUPERVISING}),
        frozenset({"supervisor"}),
    ),
    "any supervisor": (frozenset({CLINICIAN, Relation.SUPERVISOR}), frozenset({"supervisor"})),
    "privacy officers": (frozenset({Relation.PRIVACY_OFFICER}), frozenset({"privacy_officer"})),
    "administrators": (frozenset({Relation.ADMINISTRATOR}), frozenset({"administrator"})),
    "who holds the link": (frozenset({Relation.BEARER}), frozenset({LINK})),
    "at the kiosk": (frozenset({Relation.BEARER, Relation.AT_KIOSK}), frozenset({LINK})),
}
ALWAYS_SO = {
    "is_released": True,
    "is_told_to_supervisor": True,
    "is_opened_to_supervision": True,
    "is_without_therapist": True,
    "n_clients": policy.SMALLEST_TOTAL,
}
Answers = Callable[[frozenset[Relation], Asked], str | None]


@dataclass(frozen=True)
class Row:
    """One address under one method."""

    room: str
    route: Route
    method: str
    touched: Touched
    parts: frozenset[Asked]
    who: str


def tables() -> str:
    """The rows of every address, a table for each audience."""
    by_room = sorted(rows(), key=lambda row: list(TITLES).index(row.room))
    parts = [HEAD]
    for room, in_room in groupby(by_room, key=lambda row: row.room):
        parts += [f"### {TITLES[room]}", _table(in_room)]
    return "\n\n".join(parts)


def rows() -> Iterator[Row]:
    """Every address under every method that it has; a view without a declaration has none."""
    known: dict[tuple[frozenset[Relation], Asked], str | None] = {}
    answers = partial(_answer, known)
    for route in addresses():
        declared = declared_of(route.view)
        if declared is None:
            continue
        room = route.view.__module__.split(".")[2]
        who = _who_may(route, declared, answers)
        for method, touched in (("GET", declared.get), ("POST", declared.post)):
            if touched is not None:
                besides = declared.by(method) - declared.parts
                yield Row(room, route, method, besides or touched, declared.parts, who)


def _who_may(route: Route, declared: Declared, answers: Answers) -> str:
    """Those for whom the page is and who may do all that it needs.

    An address that names nothing is open to all for whom the page is, and shows each of them what
    they may see.
    """
    door = door_of(route.view)
    names_nothing = "<" not in route.address
    if names_nothing or not declared.needed or _is_own(declared.needed):
        return _at(door)
    told = []
    for who, (held, doors) in PEOPLE.items():
        found = [answers(held, pair) for pair in declared.needed]
        if doors & roles_at(door or "") and all(each is not None for each in found):
            besides = ", ".join(sorted({each for each in found if each}))
            told.append(f"{who} ({besides})" if besides else who)
    return ", ".join(told)


def _is_own(touched: frozenset[Asked]) -> bool:
    """Whether it is about nothing but how this very person comes in."""
    return {segment for segment, _ in touched} == {Segment.SIGN_IN}


def _at(door: str | None) -> str:
    if door is None:
        return "everybody"
    if door == SIGNED_IN:
        return "everybody who is signed in"
    return (
        door
        if door == CLIENTS
        else ", ".join(f"{role.replace('_', ' ')}s" for role in door.split(OR))
    )


def _answer(
    known: dict[tuple[frozenset[Relation], Asked], str | None],
    held: frozenset[Relation],
    pair: Asked,
) -> str | None:
    """What has to be so besides, nothing when it is always so. Missing: None when they may not."""
    if (held, pair) not in known:
        known[held, pair] = _condition(held, *pair)
    return known[held, pair]


def _condition(held: frozenset[Relation], segment: Segment, deed: Deed) -> str | None:
    if decide(held, deed, Record(segment)).is_allowed:
        return ""
    if not decide(held, deed, Record(segment, **ALWAYS_SO)).is_allowed:  # type: ignore[arg-type]
        return None
    return ", ".join(
        sorted(
            {
                rule.condition.__name__.replace("_", " ")
                for rule in policy.RULES
                if rule.relation in held and rule.segment is segment and deed in rule.deeds
            }
        )
    )


def _table(in_room: Iterable[Row]) -> str:
    lines = ["| | address | name | touches | who may |", "| --- | --- | --- | --- | --- |"]
    for row in in_room:
        touched = words_for(row.touched)
        if row.parts:
            touched += f"; perhaps {words_for(row.parts)}"
        what = (row.method, f"`{row.route.address}`", row.route.name, touched, row.who)
        lines.append("| " + " | ".join(what) + " |")
    return "\n".join(lines)
