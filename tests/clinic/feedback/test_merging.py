"""Two records of one person become one: nothing is lost, and everything is computed anew."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import models

from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import AllianceSeries, CoursePoint
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.caseload.queries import caseload_of
from alongside.clinic.disclosures.actions import record_demand
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.erasure import ask_for_erasure, erase_client
from alongside.clinic.disclosures.models import ErasureRequest
from alongside.clinic.disclosures.portable import EXPORTED
from alongside.clinic.feedback.merging import (
    DemandIsOpen,
    SameRecord,
    WishIsOpen,
    _rows_of,
    client_with,
    merge_clients,
)
from alongside.clinic.instruments.models import Answer, Response, Slot
from alongside.clinic.people.actions import CodeTaken, add_client, take_into_care
from alongside.clinic.people.models import Care, Client, FormerRecord, Role
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.signals.actions import set_aside
from alongside.clinic.signals.models import SetAside, Signal, SignalKind, Why
from alongside.clinic.transparency.log import own_log
from alongside.clinic.vault.fields import owner_of_client, sealed_columns
from alongside.clinic.vault.keyring import the_keyring
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.sharing import weekly_check, whole_life

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    """Bruno of Dana's and Alma are one person; her record holds all that a record can."""
    clinic = small_clinic()
    take_into_care(
        client=clinic.bruno,
        therapist=clinic.dana,
        starts_on=clinic.now.date(),
        by=OPERATOR,
        now=clinic.now,
    )
    return clinic


def merged(clinic: SmallClinic, **how: Any) -> Any:
    return merge_clients(stays=clinic.bruno, goes=clinic.alma, by=OPERATOR, now=clinic.now, **how)


def without_wish(clinic: SmallClinic) -> None:
    whole_life(clinic)
    ErasureRequest.objects.update(withdrawn_at=clinic.now)


def everything_of(client: Client) -> Counter[str]:
    """Every row of a client, with all that is sealed in it, opened."""
    found = Counter[str]()
    for row in _rows_of(client):
        if not isinstance(row, AllianceSeries | CoursePoint | ProgressSeries | FormerRecord):
            found[_told(row)] += 1
    return found


def _told(row: models.Model) -> str:
    names = [
        column.attname
        for column in row._meta.local_concrete_fields
        if not hasattr(column, "index_of") and column.attname not in ("client_id", "series_id")
    ]
    return f"{row._meta.label} {[(name, getattr(row, name)) for name in names]}"


def test_everything_moves_and_opens_with_the_other_key(clinic: SmallClinic) -> None:
    without_wish(clinic)
    for score in (8, 7):
        clinic.feedback(clinic.visit(clinic.bruno), score)
    wanted = everything_of(clinic.alma) + everything_of(clinic.bruno)
    care = {name for name in wanted if name.startswith("people.Care")}
    number = clinic.alma.pk
    told = merged(clinic)
    found = everything_of(clinic.bruno)
    assert {name for name in wanted if name not in care} <= set(found)
    assert Care.objects.filter(client=clinic.bruno, therapist=clinic.dana).count() == 1
    assert not Client.objects.filter(pk=number).exists()
    assert told.moved["answers"] > 50
    tables = {row._meta.label_lower for row in _rows_of(clinic.bruno)}
    assert {each.label for each in EXPORTED} - {"people.client"} <= tables
    for row in _rows_of(clinic.bruno):
        for column in sealed_columns(type(row)):
            assert column.place_of(row).owner == owner_of_client(clinic.bruno.pk)


def test_courses_and_checks_are_those_of_one_person(clinic: SmallClinic) -> None:
    for client in (clinic.alma, clinic.bruno) * 3:
        clinic.feedback(clinic.visit(client), 8)
        weekly_check(clinic, client, 5)
    clinic.feedback(clinic.visit(clinic.alma), 2)
    merged(clinic)
    series = AllianceSeries.objects.get(client=clinic.bruno, therapist=clinic.dana)
    assert series.summary["scores"] == [80.0] * 6 + [20.0]
    assert series.summary["strains"] == [6]
    assert len(ProgressSeries.objects.get(client=clinic.bruno).points) == 6
    (standing,) = caseload_of(Viewer(clinic.dana, clinic.now))
    assert (standing.client, len(standing.holdings)) == (clinic.bruno, 1)


def test_the_number_that_goes_leads_to_the_record_that_stays(clinic: SmallClinic) -> None:
    merged(clinic)
    assert client_with("C-1") == client_with("C-2") == clinic.bruno
    with pytest.raises(CodeTaken):
        add_client(code="C-1", display_name="Cleo", by=OPERATOR, now=clinic.now)
    kept = FormerRecord.objects.get()
    assert (kept.code, kept.said["display_name"]) == ("C-1", "Alma")
    clinic.bruno.refresh_from_db()
    assert clinic.bruno.phone == "+1 555 0101"


def test_the_audit_names_both_and_the_client_reads_both_logs(clinic: SmallClinic) -> None:
    number = clinic.alma.pk
    clinic.feedback(clinic.visit(clinic.alma), 8)
    merged(clinic)
    events = AuditEvent.objects.filter(deed="merge_clients")
    assert set(events.values_list("client_id", flat=True)) == {number, clinic.bruno.pk}
    log = own_log(Viewer(clinic.bruno.person, clinic.now))  # type: ignore[arg-type]
    added = [each.n for each in log.system if each.deed == "add_client"]
    assert sum(added) == 2, "one of each record"


def test_only_one_way_to_sign_in_is_left(clinic: SmallClinic) -> None:
    person = clinic.alma.person
    assert person is not None
    assert merged(clinic).is_sign_in_ended
    person.refresh_from_db()
    assert not person.is_active


def test_one_person_is_asked_once_a_week_and_one_rest_is_left(clinic: SmallClinic) -> None:
    open_weekly_checks(now=clinic.now)
    for client in (clinic.alma, clinic.bruno):
        set_aside(
            client=client,
            signal=Signal(SignalKind.SILENT),
            until=clinic.now.date() + timedelta(days=7),
            why=Why.PLANNED,
            by=clinic.as_actor(clinic.dana),
            now=clinic.now,
        )
    assert merged(clinic).n_forms_closed == 1
    assert Slot.objects.open_at(clinic.now).filter(client=clinic.bruno).count() == 1
    assert SetAside.objects.filter(client=clinic.bruno, ended_at=None).count() == 1
    assert SetAside.objects.filter(client=clinic.bruno).count() == 2


def test_visits_that_lie_over_each_other_are_told_and_kept(clinic: SmallClinic) -> None:
    first = clinic.visit(clinic.alma)
    other = clinic.visit(clinic.bruno)
    Visit.objects.filter(pk=other.pk).update(starts_at=first.starts_at, ends_at=first.ends_at)
    assert merged(clinic).n_overlapping == 1
    assert Visit.objects.filter(client=clinic.bruno).count() == 2


def test_a_rehearsal_keeps_nothing(clinic: SmallClinic) -> None:
    without_wish(clinic)
    before = everything_of(clinic.alma), everything_of(clinic.bruno), AuditEvent.objects.count()
    assert merged(clinic, is_rehearsal=True).moved["answers"] > 50
    after = everything_of(clinic.alma), everything_of(clinic.bruno), AuditEvent.objects.count()
    assert before == after


def test_what_it_cannot_merge_it_refuses(clinic: SmallClinic) -> None:
    with pytest.raises(SameRecord):
        merge_clients(stays=clinic.alma, goes=clinic.alma, by=OPERATOR, now=clinic.now)
    with pytest.raises(NotFound):
        merge_clients(
            stays=clinic.alma,
            goes=clinic.bruno,
            by=clinic.as_actor(clinic.dana),
            now=clinic.now,
        )
    wish = ask_for_erasure(
        client=clinic.alma,
        by=clinic.as_actor(clinic.alma.person),
        now=clinic.now,  # type: ignore[arg-type]
    )
    with pytest.raises(WishIsOpen):
        merged(clinic)
    wish.delete()
    clinic.ruth.staff_roles.create(role=Role.PRIVACY_OFFICER)
    record_demand(
        client=clinic.bruno,
        kind=DemandKind.SUBPOENA,
        who="A lawyer",
        says="All of it.",
        segments=frozenset(),
        is_sealed=False,
        received_on=clinic.now.date(),
        by=clinic.as_actor(clinic.ruth),
        now=clinic.now,
    )
    with pytest.raises(DemandIsOpen):
        merged(clinic)


def test_who_is_forgotten_is_forgotten_under_both_numbers(clinic: SmallClinic) -> None:
    number = clinic.alma.pk
    clinic.feedback(clinic.visit(clinic.alma), 8)
    merged(clinic)
    by = clinic.as_actor(clinic.bruno.person)  # type: ignore[arg-type]
    wish = ask_for_erasure(client=clinic.bruno, by=by, now=clinic.now)
    clinic.ruth.staff_roles.create(role=Role.PRIVACY_OFFICER)
    erase_client(request=wish, by=clinic.as_actor(clinic.ruth), now=clinic.now)
    assert not Answer.objects.exists() and not Response.objects.exists()
    gone = the_keyring().destroyed()
    assert {owner_of_client(number), owner_of_client(clinic.bruno.pk)} <= set(gone)
