"""A client asks that something is not shared, or to be forgotten; a privacy officer decides."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from alongside.clinic.access.checks import NotFound, can
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.consent.evaluate import Restriction
from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.actions import (
    MustAgree,
    NothingAsked,
    NothingWritten,
    NotWaiting,
    ask_for_restriction,
    decide_restriction,
    end_restriction,
    must_agree,
)
from alongside.clinic.disclosures.kept import KEPT
from alongside.clinic.disclosures.models import RestrictionRequest
from alongside.clinic.disclosures.restrictions import (
    StillInCare,
    kept_out_by,
    standing_restrictions,
)
from alongside.clinic.people.models import Care, Role, StaffRole
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
FELT = RecordSegment.ALLIANCE


@pytest.fixture
def clinic() -> SmallClinic:
    clinic = small_clinic()
    StaffRole.objects.create(person=clinic.ines, role=Role.PRIVACY_OFFICER)
    return clinic


def asked(clinic: SmallClinic, **changes: object) -> RestrictionRequest:
    given: dict[str, object] = {
        "segments": frozenset({FELT}),
        "purposes": frozenset(),
        "recipient": "",
        "reason": "They gossip.",
        "is_paid_by_client": False,
        "by": clinic.as_actor(clinic.alma.person),  # type: ignore[arg-type]
    }
    return ask_for_restriction(client=clinic.alma, now=clinic.now, **{**given, **changes})  # type: ignore[arg-type]


def decide(
    clinic: SmallClinic, row: RestrictionRequest, is_agreed: bool, answer: str = "Not now."
) -> RestrictionRequest:
    return decide_restriction(
        request=row,
        is_agreed=is_agreed,
        answer=answer,
        by=clinic.as_actor(clinic.ines),
        now=clinic.now,
    )


def test_what_is_asked_holds_once_it_is_agreed_and_until_it_is_taken_back(
    clinic: SmallClinic,
) -> None:
    row = asked(clinic)
    assert standing_restrictions(clinic.alma) == ()
    decide(clinic, row, is_agreed=True)
    assert standing_restrictions(clinic.alma) == (Restriction(frozenset({FELT})),)
    end_restriction(request=row, by=clinic.as_actor(clinic.alma.person), now=clinic.now)
    assert standing_restrictions(clinic.alma) == ()


def test_a_person_whom_the_client_names_is_kept_out_until_it_is_taken_back(
    clinic: SmallClinic,
) -> None:
    seen = Record(Segment.IDENTITY, client_id=clinic.alma.pk)
    soon = clinic.now.date() + timedelta(days=7)
    Care.objects.create(client=clinic.alma, therapist=clinic.omar, starts_on=soon)
    row, omar = asked(clinic, recipient="Omar"), clinic.as_actor(clinic.omar)
    at_work = clinic.now + timedelta(days=7)
    assert can(omar, Deed.SEE, seen, now=at_work)
    officer = clinic.as_actor(clinic.ines)

    def agree() -> None:
        decide_restriction(
            request=row,
            is_agreed=True,
            answer="",
            kept_from=[clinic.omar],
            by=officer,
            now=clinic.now,
        )

    with pytest.raises(StillInCare, match="Omar"):
        agree()
    assert can(omar, Deed.SEE, seen, now=at_work)
    Care.objects.filter(therapist=clinic.omar, client=clinic.alma).delete()
    agree()
    emergency = Record(Segment.EMERGENCY, client_id=clinic.alma.pk)
    assert not can(omar, Deed.RECORD, emergency, now=clinic.now)
    assert kept_out_by(row) == ("Omar",)
    end_restriction(request=row, by=clinic.as_actor(clinic.alma.person), now=clinic.now)  # type: ignore[arg-type]
    assert can(omar, Deed.RECORD, emergency, now=clinic.now)


def test_a_decline_says_why_and_nothing_is_decided_twice(clinic: SmallClinic) -> None:
    row = asked(clinic)
    with pytest.raises(NothingWritten):
        decide(clinic, row, is_agreed=False, answer=" ")
    declined = decide(clinic, row, is_agreed=False)
    assert declined.words["answer"] == "Not now." and declined.decided_by == clinic.ines
    for is_agreed in (True, False):
        with pytest.raises(NotWaiting):
            decide(clinic, row, is_agreed=is_agreed)
    with pytest.raises(NotWaiting):
        end_restriction(request=row, by=clinic.as_actor(clinic.alma.person), now=clinic.now)


@pytest.mark.parametrize(
    ("paid", "purposes", "expected"),
    [
        (True, {SharingPurpose.PAYMENT}, True),
        (True, {SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS}, True),
        (True, {SharingPurpose.PAYMENT, SharingPurpose.TREATMENT}, False),
        (True, set(), False),
        (False, {SharingPurpose.PAYMENT}, False),
    ],
)
def test_what_the_client_paid_for_in_full_has_to_be_agreed_to(
    clinic: SmallClinic, paid: bool, purposes: set[SharingPurpose], expected: bool
) -> None:
    row = asked(clinic, is_paid_by_client=paid, purposes=frozenset(purposes))
    assert must_agree(row) is expected
    if expected:
        with pytest.raises(MustAgree):
            decide(clinic, row, is_agreed=False)
        assert decide(clinic, row, is_agreed=True).state == "agreed"
    else:
        assert decide(clinic, row, is_agreed=False).state == "declined"


def test_nothing_at_all_cannot_be_asked(clinic: SmallClinic) -> None:
    with pytest.raises(NothingAsked):
        asked(clinic, segments=frozenset(), recipient=" ")


def test_only_the_client_asks_and_only_a_privacy_officer_decides(clinic: SmallClinic) -> None:
    row = asked(clinic)
    people = (clinic.dana, clinic.omar, clinic.ruth, clinic.bruno.person, clinic.alma.person)
    for person in people:
        assert person is not None
        by = clinic.as_actor(person)
        with pytest.raises(NotFound):
            decide_restriction(request=row, is_agreed=True, answer="", by=by, now=clinic.now)
        if person != clinic.alma.person:
            for deed in (
                lambda by=by: asked(clinic, by=by),
                lambda by=by: end_restriction(request=row, by=by, now=clinic.now),
            ):
                with pytest.raises(NotFound):
                    deed()


def test_everything_that_is_kept_says_why_and_how_long() -> None:
    assert len(KEPT) >= 4
    for kept, part in product(KEPT, ("what", "why", "how_long")):
        assert len(str(getattr(kept, part))) > 10
