"""The promise: an answer that is withheld changes nothing on any page of a therapist.

Every address of a therapist is rendered three times after the same history: with an answer
withheld at one value, withheld at another, and skipped. The three must be the same to the byte.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Answer, Release, WayIn
from alongside.clinic.signals.models import SetAside
from alongside.clinic.visits.models import Visit
from alongside.interfaces.therapist.urls import urlpatterns
from tests.factories.clinic import SmallClinic, small_clinic
from tests.promises.chance_letters import TOKEN

pytestmark = pytest.mark.django_db

ANSWERED: dict[str, str] = {
    **{f"A{n}": "8" for n in range(1, 6)},
    "B1": "1",
    "F1": "true",
    "F1-text": "A joke.",
    "F1-supervisor": "false",
    "O1": "Go slower.",
}
OTHER = {
    **{f"A{n}": "0" for n in range(1, 6)},
    "B1": "-5",
    "F1": "false",
    "F1-text": "Something else.",
    "F1-supervisor": "true",
    "O1": "Faster.",
}
SHARED_UNLESS_NAMED = {
    name: "Thank you." if name == "O1" else value
    for name, value in ANSWERED.items()
    if not name.startswith("F1")
}
# The respect flag and what hangs on it go together, and so does everything at once.
FLAG = ("F1", "F1-text", "F1-supervisor")
WITHHELD = [("A2",), ("B1",), ("O1",), FLAG, (*SHARED_UNLESS_NAMED, *FLAG)]


@pytest.fixture
def history() -> SmallClinic:
    """Five visits whose feedback was shared; the test adds to them."""
    clinic = small_clinic()
    for n in range(5):
        clinic.feedback(clinic.visit(), 8 - n % 2, O1=f"Words {n}.", B1=1)
    return clinic


def answer(visit: Visit, answers: Mapping[str, object], release: Release, now: datetime) -> None:
    """Feedback in which the named answers are released so, and everything else at once."""
    slot = visit.feedback_slot
    assert slot is not None
    given = {
        name: Given(name, value, Release.NOW)
        for name, value in SHARED_UNLESS_NAMED.items()
        if name not in answers
    }
    given |= {name: Given(name, value, release) for name, value in answers.items()}
    record_feedback(
        slot=slot,
        given=given.values(),
        way_in=WayIn.LINK,
        language="en",
        by=Actor.bearer_of(slot.pk),
        now=now,
    )


OF_NOBODY = {"number", "emergency_id", "consent_id", "demand_id", "note_id"}
"""What an address may name that nobody in this clinic has."""


def addresses(clinic: SmallClinic) -> Iterator[str]:
    """Every address of a therapist, with every client, visit and repair in their care."""
    alma = clinic.alma
    ids = {
        "client_id": [alma.public_id],
        "visit_id": list(alma.visits.order_by("-pk").values_list("public_id", flat=True)[:2]),
        "set_aside_id": list(
            SetAside.objects.filter(client=alma).values_list("public_id", flat=True)
        ),
        "repair_id": list(
            Repair.objects.filter(source=RepairSource.STRAIN).values_list("public_id", flat=True)
        ),
    }
    for pattern in urlpatterns:
        kinds = [() if name in OF_NOBODY else ids[name] for name in pattern.pattern.converters]
        for values in itertools.product(*kinds):
            yield reverse(pattern.name, args=values)
    yield reverse("caseload") + "?search"


def pages(clinic: SmallClinic, at: datetime) -> dict[str, tuple[int, str]]:
    """What the therapist sees at every address at that moment."""
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(at, tick=False):
        browser.post(reverse("caseload"), {"q": "alma"})
        found = {}
        for address in addresses(clinic):
            response = browser.get(address)
            found[address] = (response.status_code, TOKEN.sub("", response.content.decode()))
    return found


def without_names_of_repairs(seen: dict[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """The same with strains called by their number: their names are drawn by chance."""
    strains = Repair.objects.filter(source=RepairSource.STRAIN).order_by("pk")
    for number, name in enumerate(strains.values_list("public_id", flat=True)):
        plain = f"strain-{number}"
        seen = {
            address.replace(name, plain): (status, body.replace(name, plain))
            for address, (status, body) in seen.items()
        }
    return seen


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside happens, and then never did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seen_after(
    clinic: SmallClinic, give: Callable[[Visit, datetime], None]
) -> list[dict[str, tuple[int, str]]]:
    """What the therapist sees after this feedback and a low rating a week later, then months on."""
    with undone():
        first = clinic.visit()
        give(first, clinic.now)
        second = clinic.visit()
        # The names of visits are drawn by chance too.
        Visit.objects.filter(pk=first.pk).update(public_id="first-visit")
        Visit.objects.filter(pk=second.pk).update(public_id="second-visit")
        low = dict.fromkeys(("A1", "A2", "A3", "A4", "A5"), "2")
        answer(second, low, Release.NOW, clinic.now)
        moments = (clinic.now + timedelta(minutes=1), clinic.now + timedelta(days=70))
        return [without_names_of_repairs(pages(clinic, at)) for at in moments]


@pytest.mark.parametrize("withheld", WITHHELD, ids="+".join)
def test_withheld_at_one_value_at_another_and_skipped_look_the_same(
    history: SmallClinic, withheld: tuple[str, ...]
) -> None:
    begun = history.now

    def seen(values: Mapping[str, object], release: Release) -> list[dict[str, tuple[int, str]]]:
        history.now = begun
        chosen = {name: values[name] for name in withheld}
        return seen_after(history, lambda visit, now: answer(visit, chosen, release, now))

    skipped = seen(dict.fromkeys(withheld, ""), Release.NOW)
    assert all(len(moment) > 20 for moment in skipped)
    assert any("Lower than usual" in body for _, body in skipped[0].values())
    assert seen(ANSWERED, Release.WITHHELD) == skipped
    assert seen(OTHER, Release.WITHHELD) == skipped


def test_the_same_answers_show_when_they_are_shared(history: SmallClinic) -> None:
    begun = history.now

    def seen(release: Release) -> str:
        history.now = begun
        found = seen_after(history, lambda visit, now: answer(visit, dict(ANSWERED), release, now))
        return "".join(body for moment in found for _, body in moment.values())

    shared, withheld = seen(Release.NOW), seen(Release.WITHHELD)
    for words in ("Go slower.", "A joke.", "something felt wrong"):
        assert words in shared
        assert words not in withheld


@pytest.mark.parametrize("withheld", WITHHELD[2:], ids="+".join)
def test_what_is_for_the_end_of_the_month_shows_from_then_on_and_not_before(
    history: SmallClinic, withheld: tuple[str, ...]
) -> None:
    visit = history.visit()
    chosen = {name: ANSWERED[name] for name in withheld}
    moments: list[datetime] = []
    for release in (Release.WITHHELD, Release.MONTH_END):
        with undone():
            answer(visit, chosen, release, history.now)
            if release is Release.MONTH_END:
                due = Answer.objects.filter(released_at__gt=history.now)
                moments = [at for at in due.values_list("released_at", flat=True) if at]
                assert moments
                before = pages(history, moments[0] - timedelta(seconds=1))
                after = pages(history, moments[0])
    with undone():
        answer(visit, chosen, Release.WITHHELD, history.now)
        kept_before = pages(history, moments[0] - timedelta(seconds=1))
        kept_after = pages(history, moments[0])
    assert before == kept_before
    assert without_times(after) != without_times(kept_after)


def without_times(seen: dict[str, tuple[int, str]]) -> list[str]:
    """The bodies of the pages of people and visits, in their order."""
    return [body for address, (_, body) in sorted(seen.items()) if "repairs" not in address]


def test_words_that_were_withheld_cannot_be_answered(history: SmallClinic) -> None:
    visit = history.visit()
    browser = Browser()
    browser.force_login(history.dana)
    bodies = []
    for value, release in (("Go slower.", Release.WITHHELD), ("", Release.NOW)):
        with undone(), time_machine.travel(history.now, tick=False):
            answer(visit, {"O1": value}, release, history.now)
            response = browser.post(
                reverse("answer_words", args=[visit.public_id]), {"question": "O1"}
            )
            assert response.status_code == 404
            bodies.append(TOKEN.sub("", response.content.decode()))
    assert bodies[0] == bodies[1]


def test_a_concern_that_was_withheld_is_no_address(history: SmallClinic) -> None:
    visit = history.visit()
    answer(visit, {"F1": "true"}, Release.WITHHELD, history.now)
    repair = Repair.objects.get()
    browser = Browser()
    browser.force_login(history.dana)
    with time_machine.travel(history.now, tick=False):
        hidden, missing = (
            browser.post(reverse("talked_about", args=[name]), {})
            for name in (repair.public_id, "nobody-here")
        )
    assert hidden.status_code == missing.status_code == 404
    assert TOKEN.sub("", hidden.content.decode()) == TOKEN.sub("", missing.content.decode())
    repair.refresh_from_db()
    assert repair.state == "noticed"
