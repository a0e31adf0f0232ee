"""A client's own copy holds all of theirs, and another clinic can take it in: no row is lost."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from alongside.clinic.access.checks import NotFound
from alongside.clinic.alliance.actions import relearn_population
from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.consent.evaluate import evaluate
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.queries import standing_consents
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import (
    record_demand,
)
from alongside.clinic.disclosures.basis import DemandKind
from alongside.clinic.disclosures.left_behind import LEFT_BEHIND, left_behind_of
from alongside.clinic.disclosures.models import Disclosure
from alongside.clinic.disclosures.own_copy import (
    MOST_A_DAY,
    OwnFormat,
    TooManyCopies,
    make_own_copy,
)
from alongside.clinic.disclosures.portable import (
    EXPORTED,
    FORMAT,
    STAYS,
    portable_record,
    tables_about_clients,
)
from alongside.clinic.disclosures.taking_in import AlreadyHere, NotARecord, take_in_client
from alongside.clinic.instruments.models import Instrument
from alongside.clinic.people.actions import CodeTaken, add_client, open_clinic
from alongside.clinic.people.models import Client, Clinic, Person, Role, StaffRole
from alongside.clinic.progress.actions import rebuild_progress
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.sealed_notes.models import SealedNote, SealingKey
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.consents import LAKE
from tests.factories.sharing import (
    ANSWER,
    CARD,
    CHANGE,
    GOAL,
    KEPT_BACK,
    NOTE,
    SAID,
    SECRET_NOTE,
    files_in,
    whole_life,
)
from tests.pdf_text import everything_in_pdf, spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma's whole life here: everything that can be kept of a client, kept."""
    clinic = small_clinic()
    whole_life(clinic)
    clinic.feedback(clinic.visit(clinic.bruno, clinic.omar), 4, O1="Bruno's own words.")
    return clinic


def copy_of(
    clinic: SmallClinic, wanted: OwnFormat, *, key: str = "", language: str = "en"
) -> bytes:
    left = make_own_copy(
        client=clinic.alma,
        wanted=wanted,
        language=language,
        request_key=key or f"own-{wanted}",
        by=clinic.as_actor(clinic.alma.person),  # type: ignore[arg-type]
        now=clinic.now,
    )
    return left.package.content


# --- To read


def test_it_holds_every_answer_also_those_kept_from_the_therapist(clinic: SmallClinic) -> None:
    text = spoken(copy_of(clinic, OwnFormat.READ))
    for words in (
        *(
            "My record",
            SAID,
            KEPT_BACK,
            NOTE,
            CHANGE,
            GOAL,
            ANSWER,
            CARD,
            "wrote",
            "A joke about my weight.",
        ),
        *("Only me", "Lake Hospital", "taken back", "in force", "What is not in here, and why"),
        *("Sealed notes", "+1 555 0101", "C-1", "Who looked at me?"),
    ):
        assert words in text, words
    everything = everything_in_pdf(copy_of(clinic, OwnFormat.READ))
    for hidden in (SECRET_NOTE, "Bruno"):
        assert hidden not in everything


def test_its_tables_hold_the_same(clinic: SmallClinic) -> None:
    files = files_in(copy_of(clinic, OwnFormat.TABLES))
    answers = files["answers.csv"].decode()
    assert SAID in answers and KEPT_BACK in answers and "Bruno" not in answers
    assert {"me.csv", "care.csv", "visits.csv", "scores.csv", "consents.csv"} <= set(files)
    assert SECRET_NOTE not in "".join(data.decode() for data in files.values())


def test_it_is_in_the_clients_language(clinic: SmallClinic) -> None:
    text = spoken(copy_of(clinic, OwnFormat.READ, language="es"))
    assert "Mi expediente" in text and "Qué no está aquí, y por qué" in text


def test_every_reason_for_what_stays_is_told_in_each_form_of_it(clinic: SmallClinic) -> None:
    text = spoken(copy_of(clinic, OwnFormat.READ))
    told = json.loads(copy_of(clinic, OwnFormat.PORTABLE))["left_behind"]
    for name, why in left_behind_of(clinic.alma).items():
        assert why in text
        assert told[name] == why


def test_that_there_are_sealed_notes_is_told_and_not_what_they_say(clinic: SmallClinic) -> None:
    assert "Sealed notes: there are none about you." in spoken(copy_of(clinic, OwnFormat.READ))
    key = SealingKey.objects.create(
        person=clinic.dana,
        public_key=b"k" * 32,
        wrapped=b"wrapped",
        salt=b"s" * 16,
        n_iterations=1,
        made_at=clinic.now,
    )
    SealedNote.objects.create(
        client=clinic.alma,
        author=clinic.dana,
        key=key,
        envelope=b"CANARYENVELOPE",
        began_at=clinic.now,
        saved_at=clinic.now,
    )
    read = copy_of(clinic, OwnFormat.READ, key="own-again")
    assert "1 sealed note: what a therapist wrote down" in spoken(read)
    assert "164.524(a)(1)(i)" in spoken(read)
    told = copy_of(clinic, OwnFormat.PORTABLE).decode()
    canary = base64.b64encode(b"CANARYENVELOPE").decode()
    for content in (everything_in_pdf(read), told):
        assert "CANARYENVELOPE" not in content and canary not in content


# --- Who, and how often


def test_nobody_copies_a_record_but_its_client_and_the_operator(clinic: SmallClinic) -> None:
    StaffRole.objects.create(person=clinic.ines, role=Role.PRIVACY_OFFICER)
    for person in (clinic.dana, clinic.ruth, clinic.ines, clinic.bruno.person):
        assert person is not None
        with pytest.raises(NotFound):
            make_own_copy(
                client=clinic.alma,
                wanted=OwnFormat.READ,
                language="en",
                request_key="k",
                by=clinic.as_actor(person),
                now=clinic.now,
            )
    make_own_copy(
        client=clinic.alma,
        wanted=OwnFormat.PORTABLE,
        language="en",
        request_key="k",
        by=OPERATOR,
        now=clinic.now,
    )
    assert AuditEvent.objects.filter(deed="copy_own_record").count() == 1


def test_a_copy_leaves_one_row_however_often_it_is_sent_and_five_a_day(
    clinic: SmallClinic,
) -> None:
    assert copy_of(clinic, OwnFormat.READ) == copy_of(clinic, OwnFormat.READ)
    assert Disclosure.objects.filter(basis="own_copy").count() == 1
    for n in range(MOST_A_DAY - 1):
        copy_of(clinic, OwnFormat.TABLES, key=f"own-{n}")
    with pytest.raises(TooManyCopies):
        copy_of(clinic, OwnFormat.TABLES, key="own-x")
    clinic.now += timedelta(days=1, seconds=1)
    copy_of(clinic, OwnFormat.TABLES, key="own-x")


# --- To another clinic


class Elsewhere(Exception):
    """Takes back what was done in the other clinic."""


def emptied() -> None:
    """Another clinic in the same database: nothing of the first is left, and numbers go on."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for model in apps.get_models():
            if model.__module__.startswith("alongside."):
                model._base_manager.all()._raw_delete("default")
        for _, sql in triggers:
            cursor.execute(sql)
    open_clinic(name="Hill House", time_zone="Europe/Madrid", by=OPERATOR, now=START)
    for n in range(7):  # so that no number of a row is what it was
        add_client(code=f"H-{n}", display_name=f"Other {n}", by=OPERATOR, now=START)


START = small_clinic.__defaults__[0]  # type: ignore[index]


def test_every_row_of_the_client_comes_through_to_another_clinic(clinic: SmallClinic) -> None:
    before = json.loads(json.dumps(portable_record(clinic.alma, clinic.clinic, now=clinic.now)))
    counts = {name: len(rows) for name, rows in before["rows"].items()}
    assert all(counts.values()), f"nothing to lose in {[n for n, c in counts.items() if not c]}"
    data = copy_of(clinic, OwnFormat.PORTABLE)
    emptied()
    taken = take_in_client(data=data, by=OPERATOR, now=clinic.now)
    assert taken.pk != clinic.alma.pk
    after = json.loads(json.dumps(portable_record(taken, Clinic.objects.get(), now=clinic.now)))
    assert after["rows"] == before["rows"]
    assert sorted(map(str, after["people"])) == sorted(map(str, before["people"]))
    assert after["instruments"] == before["instruments"]
    assert Client.objects.count() == 8 and sum(counts.values()) > 100


def test_what_was_taken_in_works_there(clinic: SmallClinic) -> None:
    data = copy_of(clinic, OwnFormat.PORTABLE)
    points = ProgressSeries.objects.get(client=clinic.alma).points
    emptied()
    taken = take_in_client(data=data, by=OPERATOR, now=clinic.now)
    series = ProgressSeries.objects.get(client=taken)
    rebuild_progress(series, now=clinic.now)
    assert [each["score"] for each in series.points] == [each["score"] for each in points]
    assert {each["slot"] for each in series.points} <= set(taken.slots.values_list("pk", flat=True))
    instrument = Instrument.objects.get(url__endswith="visit-feedback")
    relearn_population(instrument=instrument, by=OPERATOR, now=clinic.now)
    assert AllianceSeries.objects.get(client=taken).points.count() == 10


def test_people_from_elsewhere_have_no_way_in(clinic: SmallClinic) -> None:
    data = copy_of(clinic, OwnFormat.PORTABLE)
    emptied()
    taken = take_in_client(data=data, by=OPERATOR, now=clinic.now)
    dana = next(each for each in Person.objects.all() if each.display_name == "Dana")
    assert not dana.is_active and not dana.has_usable_password() and not dana.staff_roles.exists()
    assert taken.person is not None and not taken.person.has_usable_password()


def test_a_consent_to_the_other_clinic_lets_this_one_give_nothing(clinic: SmallClinic) -> None:
    data = copy_of(clinic, OwnFormat.PORTABLE)
    emptied()
    taken = take_in_client(data=data, by=OPERATOR, now=clinic.now)
    assert Consent.objects.filter(client=taken, state="signed", is_from_elsewhere=True).exists()
    leaving = evaluate(
        standing_consents(taken, now=clinic.now),
        recipient=LAKE,
        purpose=SharingPurpose.TREATMENT,
        segments=RecordSegment,
        now=clinic.now,
    )
    assert leaving.segments == frozenset()


def test_the_same_client_is_not_taken_in_twice_and_a_number_only_once(
    clinic: SmallClinic,
) -> None:
    data = copy_of(clinic, OwnFormat.PORTABLE)
    with pytest.raises(AlreadyHere):
        take_in_client(data=data, by=OPERATOR, now=clinic.now)
    emptied()
    add_client(code="C-1", display_name="Cruz", by=OPERATOR, now=clinic.now)
    with pytest.raises(CodeTaken):
        take_in_client(data=data, by=OPERATOR, now=clinic.now)
    assert take_in_client(data=data, code="C-77", by=OPERATOR, now=clinic.now).code == "C-77"
    with pytest.raises(AlreadyHere):
        take_in_client(data=data, code="C-78", by=OPERATOR, now=clinic.now)


def test_nobody_but_the_operator_takes_a_record_in(clinic: SmallClinic) -> None:
    data = copy_of(clinic, OwnFormat.PORTABLE)
    for person in (clinic.dana, clinic.ines, clinic.alma.person):
        with pytest.raises(NotFound):
            take_in_client(data=data, by=clinic.as_actor(person), now=clinic.now)  # type: ignore[arg-type]


def broken(told: dict[str, Any], way: str) -> Any:
    """The file with one thing wrong in it."""
    rows = told["rows"]
    match way:
        case "not JSON":
            return "{"
        case "a list":
            return "[]"
        case "another format":
            told["format"] = "alongside-client/9"
        case "a table more":
            rows["people.staffrole"] = []
        case "a table less":
            del rows["alliance.repair"]
        case "two clients":
            rows["people.client"] *= 2
        case "a column more":
            rows["visits.visit"][0]["secret"] = 1
        case "a column less":
            del rows["visits.visit"][0]["starts_at"]
        case "a row that is not there":
            rows["alliance.coursepoint"][0]["visit"] = 999
        case "a person who is not there":
            rows["visits.visit"][0]["therapist"] = "nobody"
        case "an instrument that is not there":
            rows["instruments.slot"][0]["version"] = ["https://example.org/x", "1"]
        case "a state that is none":
            rows["visits.visit"][0]["state"] = "vanished"
        case "a time that is none":
            rows["visits.visit"][0]["starts_at"] = "soon"
        case "an end before its start":
            rows["visits.visit"][0]["ends_at"] = rows["visits.visit"][0]["starts_at"]
        case "a language that is none":
            rows["people.client"][0]["language"] = "xx"
        case "a name that is a number":
            rows["people.client"][0]["display_name"] = 7
        case "rows that are words":
            rows["people.care"] = ["x"]
    return json.dumps(told)


@pytest.mark.parametrize(
    "way",
    [
        *("not JSON", "a list", "another format", "a table more", "a table less", "two clients"),
        *("a column more", "a column less", "a row that is not there", "a state that is none"),
        *("a person who is not there", "an instrument that is not there", "a time that is none"),
        *("an end before its start", "a language that is none", "rows that are words"),
        "a name that is a number",
    ],
)
def test_a_broken_file_is_refused_and_leaves_nothing(clinic: SmallClinic, way: str) -> None:
    told = json.loads(copy_of(clinic, OwnFormat.PORTABLE))
    emptied()
    n_people = Person.objects.count()
    with pytest.raises(NotARecord), transaction.atomic():
        take_in_client(data=broken(told, way), by=OPERATOR, now=clinic.now)
    assert (Client.objects.count(), Person.objects.count()) == (7, n_people)


def test_a_file_that_claims_a_member_of_staff_as_its_client_is_refused(
    clinic: SmallClinic,
) -> None:
    told = json.loads(copy_of(clinic, OwnFormat.PORTABLE))
    emptied()
    here = Person.objects.create_person(sign_in_name="boss", display_name="Boss")
    ref = told["rows"]["people.client"][0]["person"]
    told = json.loads(json.dumps(told).replace(ref, here.public_id))
    with pytest.raises(AlreadyHere):
        take_in_client(data=json.dumps(told), by=OPERATOR, now=clinic.now)


# --- Nothing is forgotten


def test_every_table_about_a_client_goes_along_or_says_why_not() -> None:
    named = {each.label for each in EXPORTED} | set(STAYS)
    assert set(tables_about_clients()) - named == set()
    assert named - set(tables_about_clients()) == set()
    assert set(STAYS.values()) <= {*LEFT_BEHIND, "sealed_notes"}


def test_control_a_table_that_nobody_named_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {each.label for each in EXPORTED if each.label != "alliance.change"} | set(STAYS)
    assert set(tables_about_clients()) - named == {"alliance.change"}


def test_a_sealed_order_is_not_told(clinic: SmallClinic) -> None:
    StaffRole.objects.create(person=clinic.ines, role=Role.PRIVACY_OFFICER)
    demand = record_demand(
        client=clinic.alma,
        kind=DemandKind.ORDER_CRIMINAL,
        who="A court",
        says="CANARY",
        segments=frozenset({RecordSegment.ATTENDANCE}),
        is_sealed=True,
        received_on=clinic.now.date(),
        by=clinic.as_actor(clinic.ines),
        now=clinic.now,
    )
    row = Disclosure.objects.get(basis="consent")
    Disclosure.objects.bulk_create(
        [
            Disclosure(
                **{
                    field.attname: getattr(row, field.attname)
                    for field in row._meta.local_concrete_fields
                    if field.name not in ("id", "public_id", "request_key", "basis", "demand")
                },
                request_key="sealed",
                basis="court_order",
                demand=demand,
            )
        ]
    )
    told = copy_of(clinic, OwnFormat.PORTABLE).decode()
    assert "CANARY" not in told and "court_order" not in told
    assert len(json.loads(told)["rows"]["disclosures.disclosure"]) == 1


def test_the_file_says_what_it_is(clinic: SmallClinic) -> None:
    told = json.loads(copy_of(clinic, OwnFormat.PORTABLE))
    assert told["format"] == FORMAT and told["clinic"]["name"] == "River House"
