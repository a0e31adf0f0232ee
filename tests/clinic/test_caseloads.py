"""A caseload in other hands: covered for a while, handed over for good, left behind by nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alongside.clinic.access.caseloads import (
    CoverOdd,
    HandOverOdd,
    NotAColleague,
    arrange_cover,
    care_left_behind,
    covered_by,
    covered_client,
    covers_of,
    end_cover,
    hand_over,
    hands_for,
    new_hands,
    own_care,
)
from alongside.clinic.access.checks import NotFound, can
from alongside.clinic.access.models import Cover, KeptFrom
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Care
from alongside.clinic.people.queries import day_of
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
READ = {Segment.IDENTITY, Segment.ATTENDANCE, Segment.PROGRESS}
WEEK = timedelta(days=7)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def arranged(clinic: SmallClinic, **changes: object) -> Cover:
    terms = {
        "absent": clinic.dana,
        "covering": clinic.omar,
        "starts_at": clinic.now,
        "ends_at": clinic.now + WEEK,
        "by": clinic.as_actor(clinic.dana),
        "now": clinic.now,
    }
    return arrange_cover(**{**terms, **changes})  # type: ignore[arg-type]


def test_cover_opens_to_read_and_ends_by_itself(clinic: SmallClinic) -> None:
    omar = clinic.as_actor(clinic.omar)
    arranged(clinic)
    for at, is_open in ((clinic.now, True), (clinic.now + WEEK, False)):
        for segment in Segment:
            record = Record(segment, client_id=clinic.alma.pk, therapist_id=clinic.dana.pk)
            may_see = is_open and segment in READ
            assert can(omar, Deed.SEE, record, now=at) is may_see, segment
            is_own_power = segment is Segment.EMERGENCY
            assert can(omar, Deed.RECORD, record, now=at) is is_own_power, segment
    viewer = Viewer(clinic.omar, clinic.now)
    ((_cover, clients),) = covered_by(viewer)
    assert clients == (clinic.alma,)
    assert covered_client(viewer, clinic.alma.public_id) == clinic.alma
    assert covered_by(Viewer(clinic.omar, clinic.now + WEEK)) == ()
    with pytest.raises(NotFound):
        covered_client(Viewer(clinic.omar, clinic.now + WEEK), clinic.alma.public_id)


def test_cover_that_is_ended_opens_nothing_from_then_on(clinic: SmallClinic) -> None:
    cover = arranged(clinic)
    clinic.now += timedelta(hours=1)
    end_cover(cover=cover, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert covered_by(Viewer(clinic.omar, clinic.now)) == ()
    later = arranged(clinic, starts_at=clinic.now + WEEK, ends_at=clinic.now + 2 * WEEK)
    end_cover(cover=later, by=clinic.as_actor(clinic.dana), now=clinic.now)
    assert covers_of(Viewer(clinic.dana, clinic.now), clinic.dana) == ()


def test_only_oneself_or_ones_supervisor_arranges_cover(clinic: SmallClinic) -> None:
    arranged(clinic, by=clinic.as_actor(clinic.ruth))
    for person in (clinic.omar, clinic.ines, clinic.alma.person):
        assert person is not None
        with pytest.raises(NotFound):
            arranged(clinic, by=clinic.as_actor(person))
    with pytest.raises(NotFound):
        covers_of(Viewer(clinic.omar, clinic.now), clinic.dana)


@pytest.mark.parametrize(
    ("begins", "ends"), [(0, 0), (1, 0), (-14, -7), (0, 93)], ids=["none", "back", "over", "long"]
)
def test_odd_spans_are_refused(clinic: SmallClinic, begins: int, ends: int) -> None:
    with pytest.raises(CoverOdd):
        arranged(
            clinic,
            starts_at=clinic.now + timedelta(days=begins),
            ends_at=clinic.now + timedelta(days=ends),
        )


def test_only_a_therapist_who_works_here_stands_in(clinic: SmallClinic) -> None:
    clinic.omar.is_active = False
    clinic.omar.save()
    for person in (clinic.dana, clinic.omar, clinic.ines):
        with pytest.raises(NotAColleague):
            arranged(clinic, covering=person)
    assert Cover.objects.count() == 0


def test_a_client_is_handed_over_from_a_day_on(clinic: SmallClinic) -> None:
    today = day_of(clinic.now)
    dana, omar = Viewer(clinic.dana, clinic.now), Viewer(clinic.omar, clinic.now)
    on = today + timedelta(days=3)
    hand_over(
        care=own_care(dana, clinic.alma), to=clinic.omar, on=on, by=dana.actor, now=clinic.now
    )
    assert clinic.alma in dana.clients and clinic.alma not in omar.clients
    later = clinic.now + timedelta(days=3)
    assert clinic.alma not in Viewer(clinic.dana, later).clients
    assert clinic.alma in Viewer(clinic.omar, later).clients
    (told,) = new_hands(clinic.alma, today)
    assert (told.therapist, told.starts_on) == (clinic.omar, on)
    assert new_hands(clinic.alma, on + timedelta(days=15)) == ()
    assert new_hands(clinic.bruno, today) == ()


def test_a_hand_over_is_refused_without_half_of_it_done(clinic: SmallClinic) -> None:
    today = day_of(clinic.now)
    care = own_care(Viewer(clinic.dana, clinic.now), clinic.alma)
    dana, omar = clinic.as_actor(clinic.dana), clinic.as_actor(clinic.omar)
    before = list(Care.objects.order_by("pk").values())
    for problem, changes in (
        (HandOverOdd, {"on": today - timedelta(days=1)}),
        (HandOverOdd, {"on": today + timedelta(days=367)}),
        (NotAColleague, {"to": clinic.ines}),
        (NotAColleague, {"to": clinic.dana}),
        (NotFound, {"by": omar}),
        (NotFound, {"by": clinic.as_actor(clinic.ruth)}),
    ):
        terms = {"care": care, "to": clinic.omar, "on": today, "by": dana, "now": clinic.now}
        with pytest.raises(problem):
            hand_over(**{**terms, **changes})  # type: ignore[arg-type]
        assert list(Care.objects.order_by("pk").values()) == before


def test_a_client_goes_to_nobody_whom_they_asked_to_be_kept_from(clinic: SmallClinic) -> None:
    dana = Viewer(clinic.dana, clinic.now)
    care = own_care(dana, clinic.alma)
    assert clinic.omar in hands_for(care)
    KeptFrom.objects.create(client=clinic.alma, person=clinic.omar, since=clinic.now)
    assert clinic.omar not in hands_for(care)
    with pytest.raises(NotAColleague):
        hand_over(care=care, to=clinic.omar, on=day_of(clinic.now), by=dana.actor, now=clinic.now)
    assert list(Care.objects.filter(client=clinic.alma)) == [care]


def test_nobody_is_left_behind_by_a_therapist_who_leaves(clinic: SmallClinic) -> None:
    ruth = Viewer(clinic.ruth, clinic.now)
    assert care_left_behind(ruth) == ()
    clinic.dana.is_active = False
    clinic.dana.save()
    (care,) = care_left_behind(ruth)
    assert care.client == clinic.alma
    assert ruth.looks.records[clinic.alma.pk].keys() == {Segment.CARE}
    hand_over(care=care, to=clinic.omar, on=day_of(clinic.now), by=ruth.actor, now=clinic.now)
    assert clinic.alma in Viewer(clinic.omar, clinic.now).clients
