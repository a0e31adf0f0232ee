"""Looks that somebody should think about: the same surname, a colleague, many more than usual.

A flag proves nothing and blames nobody. It asks the privacy officer to ask.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median

from django.db import transaction

from alongside.clinic.access.checks import NotFound, can, check
from alongside.clinic.access.emergencies import SayMore
from alongside.clinic.access.looks import LOOKED
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.people.models import Client, Person, Role
from alongside.clinic.people.queries import clinic_zone, day_of
from alongside.clinic.transparency.models import Flag, OddLook

LOOKS_BACK = timedelta(days=28)
TIMES_USUAL = 3.0
FEWEST_DAYS = 5
FEWEST_RECORDS = 10
FEWEST_LETTERS = 5

Day = tuple[int, date]


def notice_odd_looks(*, now: datetime) -> int:
    """How many looks of yesterday and today were found odd. Run by the clock; finds each once."""
    today = day_of(now)
    records = _records_by_day(now)
    people = Person.objects.in_bulk({person for person, _ in records})
    clients = Client.objects.select_related("person").in_bulk(
        {client for opened in records.values() for client in opened}
    )
    n_new = 0
    for (number, day), opened in records.items():
        person = people.get(number)
        if person is None or day < today - timedelta(days=1):
            continue
        for client_id in sorted(opened):
            client = clients.get(client_id)
            for rule in _rules_about(person, client) if client else ():
                n_new += _flag(rule, person, day, client=client, now=now)
        usual = _usual(records, number, before=day)
        if usual is not None and len(opened) > max(TIMES_USUAL * usual, FEWEST_RECORDS):
            n_new += _flag(
                OddLook.MANY_RECORDS, person, day, n_records=len(opened), usual=usual, now=now
            )
    return n_new


def open_flags(viewer: Viewer) -> tuple[Flag, ...]:
    """The flags that wait for this privacy officer; never one about themselves.

    Raises: NotFound.
    """
    if not viewer.is_a(Role.PRIVACY_OFFICER):
        raise NotFound
    rows = Flag.objects.open().select_related("person", "client")
    return tuple(
        each for each in rows if can(viewer.actor, Deed.SEE, flag_record(each), now=viewer.now)
    )


def flag_of(viewer: Viewer, public_id: str) -> Flag:
    """One flag.

    Raises: NotFound.
    """
    flag = Flag.objects.select_related("person", "client", "reviewed_by").filter(
        public_id=public_id
    )
    found = flag.first()
    if found is None:
        raise NotFound
    viewer.see(flag_record(found))
    return found


def review_flag(*, flag: Flag, outcome: str, by: Actor, now: datetime) -> None:
    """What the privacy officer found out, kept.

    Raises: NotFound, SayMore.
    """
    by = check(by, Deed.RECORD, flag_record(flag), now=now)
    words = outcome.strip()
    if len(words) < FEWEST_LETTERS:
        raise SayMore(fewest=FEWEST_LETTERS)
    with transaction.atomic():
        kept = Flag.objects.get(pk=flag.pk)
        kept.outcome, kept.reviewed_at, kept.reviewed_by_id = words, now, by.person_id
        kept.save(update_fields=["outcome", "reviewed_at", "reviewed_by"])
        audit("review_flag", by=by, now=now, subject=kept, client_id=kept.client_id, rule=kept.rule)


def flag_record(flag: Flag) -> Record:
    """What the policy has to know of a flag."""
    return Record(Segment.REVIEW, client_id=flag.client_id, therapist_id=flag.person_id)


def _records_by_day(now: datetime) -> dict[Day, set[int]]:
    """Whose records each person opened on each day of the last weeks."""
    zone = clinic_zone()
    rows = AuditEvent.objects.filter(deed=LOOKED, at__gte=now - LOOKS_BACK)
    opened: dict[Day, set[int]] = defaultdict(set)
    for at, person, client in rows.values_list("at", "actor_person_id", "client_id"):
        if person is not None and client is not None:
            opened[person, at.astimezone(zone).date()].add(client)
    return opened


def _usual(records: dict[Day, set[int]], person: int, *, before: date) -> float | None:
    """The median number of records a day. Missing: None for fewer than five days of work."""
    days = [len(seen) for (each, day), seen in records.items() if each == person and day < before]
    return median(days) if len(days) >= FEWEST_DAYS else None


def _rules_about(person: Person, client: Client) -> list[OddLook]:
    found = []
    surname = _surname(person.display_name)
    if surname and surname == _surname(client.display_name):
        found.append(OddLook.SAME_SURNAME)
    if client.person is not None and client.person.staff_roles.exists():
        found.append(OddLook.COLLEAGUE)
    return found


def _surname(name: str) -> str:
    """The last word of a name; empty for a name of one word."""
    words = name.casefold().split()
    return words[-1] if len(words) > 1 else ""


def _flag(
    rule: OddLook,
    person: Person,
    day: date,
    *,
    now: datetime,
    client: Client | None = None,
    n_records: int = 1,
    usual: float | None = None,
) -> bool:
    with transaction.atomic():
        flag, is_new = Flag.objects.get_or_create(
            rule=rule,
            person=person,
            client=client,
            looked_on=day,
            defaults={"noticed_at": now, "n_records": n_records, "usual": usual},
        )
        if is_new:
            audit(
                "flag_look",
                by=SYSTEM,
                now=now,
                subject=flag,
                client_id=client.pk if client else None,
                rule=rule,
            )
    return is_new
