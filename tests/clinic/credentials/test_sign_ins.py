"""How long a sign-in is good, who ends it, and what a copy of its row is worth."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY

from alongside.clinic.access.checks import NotFound
from alongside.clinic.credentials.kept_forms import Typed, keep_form, kept_for, kept_form
from alongside.clinic.credentials.limits import CLIENT, REMEMBERED, SHARED_DEVICE, STAFF
from alongside.clinic.credentials.models import KeptForm, SignIn, Standing
from alongside.clinic.credentials.sign_ins import (
    Manner,
    begin_sign_in,
    end_sign_in,
    end_sign_ins,
    forget_old_sign_ins,
    lock_sign_in,
    note_seen,
    open_door,
    unlock_sign_in,
)
from alongside.clinic.people.models import Person
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.entrance import by

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def clinic() -> SmallClinic:
    return small_clinic()


def begun(clinic: SmallClinic, person: Person | None, **manner: object) -> SignIn:
    assert person is not None
    n = SignIn.objects.count()
    return begin_sign_in(
        person=person,
        key_hash=f"{n:064}",
        content={SESSION_KEY: str(person.pk)},
        manner=Manner(**manner),  # type: ignore[arg-type]
        now=clinic.now,
    )


def test_it_locks_when_idle_and_is_over_in_the_end(clinic: SmallClinic) -> None:
    for person, limits, manner in (
        (clinic.dana, STAFF, {}),
        (clinic.alma.person, CLIENT, {}),
        (clinic.dana, SHARED_DEVICE, {"is_shared_device": True}),
    ):
        sign_in = begun(clinic, person, **manner)
        at = clinic.now
        assert sign_in.standing(at + limits.idle - SECOND) is Standing.OPEN
        assert sign_in.standing(at + limits.idle) is Standing.LOCKED
        sign_in.seen_at = at + limits.whole - SECOND
        assert sign_in.standing(at + limits.whole - SECOND) is Standing.OPEN
        assert sign_in.standing(at + limits.whole) is Standing.OVER
    assert (STAFF.idle, STAFF.whole) == (timedelta(minutes=10), timedelta(hours=12))
    assert (CLIENT.idle, CLIENT.whole) == (timedelta(minutes=5), timedelta(days=30))


def test_being_there_is_written_now_and_then_and_never_late(clinic: SmallClinic) -> None:
    sign_in = begun(clinic, clinic.dana)
    for seconds, seen in ((29, 0), (30, 30), (59, 30), (60, 60)):
        note_seen(sign_in, now=clinic.now + seconds * SECOND)
        sign_in.refresh_from_db()
        assert sign_in.seen_at == clinic.now + seen * SECOND


def test_what_locked_opens_again_and_is_fresh_for_ten_minutes(clinic: SmallClinic) -> None:
    sign_in = begun(clinic, clinic.dana)
    assert not sign_in.is_fresh(clinic.now)
    lock_sign_in(sign_in, now=clinic.now)
    sign_in.refresh_from_db()
    assert sign_in.standing(clinic.now) is Standing.LOCKED
    note_seen(sign_in, now=clinic.now + timedelta(minutes=5))
    assert sign_in.standing(clinic.now + timedelta(minutes=5)) is Standing.LOCKED

    unlock_sign_in(sign_in, is_proof=True, now=clinic.now)
    assert sign_in.standing(clinic.now) is Standing.OPEN
    assert sign_in.is_fresh(clinic.now + timedelta(minutes=10) - SECOND)
    assert not sign_in.is_fresh(clinic.now + timedelta(minutes=10))


def test_on_a_shared_device_leaving_is_the_end(clinic: SmallClinic) -> None:
    sign_in = begun(clinic, clinic.dana, is_shared_device=True)
    lock_sign_in(sign_in, now=clinic.now)
    sign_in.refresh_from_db()
    assert sign_in.standing(clinic.now) is Standing.OVER


def test_one_ends_ones_own_and_an_administrator_those_of_staff(clinic: SmallClinic) -> None:
    dana, ines = by(clinic.dana), clinic.as_actor(clinic.ines)
    assert clinic.alma.person is not None
    one, two, hers = (
        begun(clinic, clinic.dana),
        begun(clinic, clinic.dana),
        begun(clinic, clinic.alma.person),
    )
    with pytest.raises(NotFound):
        end_sign_in(sign_in=hers, by=dana, now=clinic.now)
    with pytest.raises(NotFound):
        end_sign_in(sign_in=hers, by=ines, now=clinic.now)
    end_sign_ins(person=clinic.dana, by=dana, now=clinic.now, besides=two)
    assert set(SignIn.objects.filter(ended_at=None)) == {two, hers}
    end_sign_ins(person=clinic.dana, by=ines, now=clinic.now)
    end_sign_ins(person=clinic.alma.person, by=by(clinic.alma.person), now=clinic.now)
    assert not SignIn.objects.filter(ended_at=None)
    assert one.person == clinic.dana


def test_the_clock_forgets_what_nobody_needs(clinic: SmallClinic) -> None:
    sign_in = begun(clinic, clinic.dana)
    open_door(key_hash="x" * 64, content={}, now=clinic.now)
    typed = Typed("/me/", (("words", "Slower."),), was_sent=True)
    keep_form(person=clinic.dana, typed=typed, now=clinic.now)
    assert forget_old_sign_ins(now=clinic.now + timedelta(minutes=14)) == 0
    assert forget_old_sign_ins(now=clinic.now + timedelta(minutes=15)) == 1
    assert KeptForm.objects.count() == 1
    forget_old_sign_ins(now=clinic.now + timedelta(minutes=30))
    assert KeptForm.objects.count() == 0
    assert forget_old_sign_ins(now=sign_in.ends_at + REMEMBERED) == 1


def test_what_was_typed_waits_half_an_hour_for_its_owner(clinic: SmallClinic) -> None:
    typed = Typed("/me/story/", (("words", "Más despacio."), ("tick", "on")), was_sent=False)
    assert clinic.alma.person is not None
    kept = keep_form(person=clinic.alma.person, typed=typed, now=clinic.now)
    sent = Typed("/me/plan/", (("step", "Walk."),), was_sent=True)
    other = keep_form(person=clinic.alma.person, typed=sent, now=clinic.now)
    late = clinic.now + timedelta(minutes=30)
    assert kept_for(clinic.alma.person, "/me/story/", now=clinic.now) == kept
    assert kept_for(clinic.alma.person, "/me/story/", now=late) is None
    assert kept_for(clinic.alma.person, "/me/plan/", now=clinic.now) is None, "it was sent"
    assert kept_form(clinic.alma.person, other.public_id, now=clinic.now) == other
    assert kept_form(clinic.dana, other.public_id, now=clinic.now) is None
    raw = bytes(KeptForm.objects.values_list("content", flat=True)[0])
    assert b"despacio" not in raw
