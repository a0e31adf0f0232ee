"""The promise: what may leave only ever shrinks when somebody takes something back.

The invariants of the consent engine, tried on consents whole, broken, ended and mixed. A normal
run tries 200 of each, `ALONGSIDE_PROMISES=full` 100,000.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alongside.clinic.consent.elements import deficiencies
from alongside.clinic.consent.evaluate import (
    Allowed,
    Reason,
    Restriction,
    StandingConsent,
    evaluate,
)
from alongside.clinic.consent.form import CARE, Recipient, SharingPurpose
from alongside.clinic.consent.segments import APART, RecordSegment
from tests.factories.consents import FEW, MOMENTS, NOW, SEGMENTS, consents, restrictions

EXAMPLES = 100_000 if os.environ.get("ALONGSIDE_PROMISES") == "full" else 200
tried = settings(max_examples=EXAMPLES, deadline=None)

PLACES = st.integers(0, 3)


@dataclass(frozen=True)
class Scene:
    """Some consents, and something that is asked for."""

    known: tuple[StandingConsent, ...]
    recipient: Recipient
    purpose: SharingPurpose
    segments: frozenset[RecordSegment]
    forbidden: tuple[Restriction, ...]
    now: datetime

    def answer(self, *more: Restriction) -> Allowed:
        return evaluate(
            self.known,
            recipient=self.recipient,
            purpose=self.purpose,
            segments=self.segments,
            restrictions=[*self.forbidden, *more],
            now=self.now,
        )

    def leaving(self) -> frozenset[RecordSegment]:
        return self.answer().segments

    def with_one(self, place: int, **changes: object) -> Scene:
        """The same with one consent changed."""
        known = list(self.known)
        if place < len(known):
            known[place] = replace(known[place], **changes)  # type: ignore[arg-type]
        return replace(self, known=tuple(known))

    def at(self, place: int) -> StandingConsent | None:
        return self.known[place] if place < len(self.known) else None


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """What is asked for is mostly what one of the consents is about."""
    known = tuple(draw(st.lists(consents(), max_size=4)))
    segments, recipient = draw(SEGMENTS), draw(FEW)
    purpose = draw(st.sampled_from([*sorted(CARE), *sorted(SharingPurpose)]))
    if known and draw(st.integers(0, 3)):
        form = draw(st.sampled_from(known)).form
        segments = form.segments if draw(st.booleans()) else segments
        purpose = draw(st.sampled_from(sorted(form.purposes) or [purpose]))
        recipient = form.recipient or recipient
    forbidden = draw(st.one_of(st.just([]), st.lists(restrictions(), max_size=2)))
    now = draw(st.sampled_from([NOW, NOW, NOW + timedelta(days=5), NOW - timedelta(days=5)]))
    return Scene(known, recipient, purpose, segments, tuple(forbidden), now)


@tried
@given(scenes(), PLACES, MOMENTS)
def test_revoking_never_widens(scene: Scene, place: int, at: datetime) -> None:
    standing = scene.at(place)
    earliest = min(at, standing.revoked_at or at) if standing else at
    assert scene.with_one(place, revoked_at=earliest).leaving() <= scene.leaving()


@tried
@given(scenes(), PLACES, MOMENTS)
def test_an_earlier_end_never_widens(scene: Scene, place: int, at: datetime) -> None:
    standing = scene.at(place)
    earliest = min(at, standing.ends_at or at) if standing else at
    assert scene.with_one(place, ends_at=earliest).leaving() <= scene.leaving()


@tried
@given(scenes(), PLACES)
def test_setting_aside_never_widens(scene: Scene, place: int) -> None:
    assert scene.with_one(place, is_set_aside=True).leaving() <= scene.leaving()


@tried
@given(scenes(), MOMENTS)
def test_with_time_nothing_comes_that_nobody_signed(scene: Scene, later: datetime) -> None:
    signed = tuple(each for each in scene.known if each.signed_at and each.signed_at <= scene.now)
    afterwards = replace(scene, known=signed, now=max(scene.now, later))
    assert afterwards.leaving() <= scene.leaving()


@tried
@given(scenes(), PLACES, st.sampled_from(sorted(RecordSegment)))
def test_a_segment_taken_out_never_adds_output(
    scene: Scene, place: int, segment: RecordSegment
) -> None:
    """Of a form without notes: one that wrongly mixes them is void, and without them it is not."""
    standing = scene.at(place)
    if standing is None or standing.form.segments & APART:
        return
    fewer = replace(standing.form, segments=standing.form.segments - {segment})
    assert scene.with_one(place, form=fewer).leaving() <= scene.leaving()


@tried
@given(scenes())
def test_what_leaves_was_asked_for_and_consented_to(scene: Scene) -> None:
    answer = scene.answer()
    valid = [each.form.segments for each in scene.known if not deficiencies(each.form)]
    assert answer.segments <= scene.segments & frozenset().union(*valid)
    assert set(answer.reasons) == scene.segments
    assert all(not deficiencies(each.form) for each in answer.consents)
    assert bool(answer.consents) == bool(answer.segments)


@tried
@given(scenes())
def test_a_consent_for_all_care_covers_neither_proceedings_nor_notes(scene: Scene) -> None:
    all_care = [each for each in scene.known if SharingPurpose.ALL_CARE in each.form.purposes]
    leaving = replace(scene, known=tuple(all_care)).leaving()
    assert not leaving & APART
    if scene.purpose not in CARE | {SharingPurpose.ALL_CARE}:
        assert leaving == frozenset()


@tried
@given(scenes(), restrictions())
def test_no_wins(scene: Scene, more: Restriction) -> None:
    before, after = scene.leaving(), scene.answer(more)
    assert after.segments <= before
    assert {after.reasons[each] for each in before - after.segments} <= {Reason.RESTRICTED}
    assert scene.answer(Restriction()).segments == frozenset()


@tried
@given(scenes())
def test_the_unknown_is_denied(scene: Scene) -> None:
    nothing = replace(scene, known=()).answer()
    assert nothing.segments == frozenset()
    assert set(nothing.reasons.values()) <= {Reason.NO_CONSENT, Reason.NOT_TOGETHER}


@tried
@given(scenes())
def test_notes_never_leave_with_anything_else(scene: Scene) -> None:
    leaving = scene.leaving()
    assert not leaving & APART or len(leaving) == 1


@tried
@given(scenes())
def test_the_order_of_consents_changes_nothing(scene: Scene) -> None:
    assert replace(scene, known=scene.known[::-1]).leaving() == scene.leaving()


def test_these_scenes_do_let_something_out() -> None:
    """Were nothing ever allowed, every property above would hold for nothing."""
    found = {"leaving": 0, "restricted": 0, "revoked": 0, "notes": 0, "all care": 0}

    @settings(max_examples=1000, deadline=None, derandomize=True, database=None)
    @given(scenes())
    def count(scene: Scene) -> None:
        answer = scene.answer()
        found["leaving"] += bool(answer.segments)
        found["restricted"] += Reason.RESTRICTED in answer.reasons.values()
        found["revoked"] += Reason.REVOKED in answer.reasons.values()
        found["notes"] += bool(answer.segments & APART)
        found["all care"] += any(
            SharingPurpose.ALL_CARE in each.form.purposes for each in answer.consents
        )

    count()
    print(found)
    assert found["leaving"] >= 60
    assert all(found.values()), found
