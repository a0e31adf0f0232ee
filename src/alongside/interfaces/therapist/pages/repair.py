"""One repair on a page: where it stands, what to try, and the form that moves it on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.alliance.models import Repair, RepairStep
from alongside.clinic.alliance.queries import Alliance, facet_that_fell_most, is_concern
from alongside.clinic.alliance.repair_states import RepairEvent, RepairState
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.timeline import Step, StepState, Timeline
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.tones import Tone
from alongside.interfaces.therapist.forms import TalkedAboutForm
from alongside.interfaces.therapist.guidance import Guidance, guidance_for
from alongside.interfaces.therapist.pages.signals import SignalWork
from alongside.interfaces.therapist.wording import rarity

DONE, NOW, AHEAD, NOT_MET = StepState.DONE, StepState.CURRENT, StepState.AHEAD, StepState.NOT_MET
# Noticed, talked about, confirmed by the client, back.
STEPS_OF_STATE: Final[dict[RepairState, tuple[StepState, ...]]] = {
    RepairState.NOTICED: (DONE, NOW, AHEAD, AHEAD),
    RepairState.TALKED_ABOUT: (DONE, DONE, NOW, AHEAD),
    RepairState.CONFIRMED: (DONE, DONE, DONE, NOW),
    RepairState.NOT_CONFIRMED: (DONE, NOW, NOT_MET, AHEAD),
    RepairState.REPAIRED: (DONE, DONE, DONE, DONE),
    RepairState.WITHDRAWN: (DONE, NOT_MET, NOT_MET, NOT_MET),
}
MAY_BE_TALKED_ABOUT: Final = frozenset({RepairState.NOTICED, RepairState.NOT_CONFIRMED})


@dataclass(frozen=True)
class TalkedAbout:
    """The form that says that it was talked about."""

    action: str
    note: Field
    button: Button


@dataclass(frozen=True)
class RepairBlock:
    """One repair: its steps, and while it is open what to try and what to say."""

    anchor: str
    title: str
    badge: Badge
    signal: str
    timeline: Timeline
    guidance: Guidance | None
    form: TalkedAbout | None
    notes: tuple[str, ...]
    supervision: str
    is_open: bool
    is_confirmed: bool
    work: SignalWork | None


def repair_blocks(
    alliance: Alliance,
    name: str,
    zone: ZoneInfo,
    *,
    bound: Mapping[str, TalkedAboutForm],
    work: Mapping[str, SignalWork],
) -> tuple[RepairBlock, ...]:
    """Every repair of the alliance, the open ones first.

    `bound` are forms that were refused, `work` what can be done about those that can rest.
    """
    blocks = [
        _block(repair, alliance, name, zone, bound, work.get(repair.public_id))
        for repair in alliance.repairs
    ]
    return tuple(sorted(blocks, key=lambda block: not block.is_open))


def _block(
    repair: Repair,
    alliance: Alliance,
    name: str,
    zone: ZoneInfo,
    bound: Mapping[str, TalkedAboutForm],
    work: SignalWork | None,
) -> RepairBlock:
    when = long_date(repair.visit.ends_at, zone)
    facet = facet_that_fell_most(alliance.course, repair.visit_id)
    steps = list(repair.steps.all())
    return RepairBlock(
        anchor=f"repair-{repair.public_id}",
        title=(
            gettext("Something felt wrong, {day}")
            if is_concern(repair)
            else gettext("Strain, {day}")
        ).format(day=when),
        badge=_badge(repair),
        signal=_withdrawn(repair) or signal_words(repair, name),
        timeline=_timeline(repair, steps, name, zone),
        guidance=(
            guidance_for(is_concern=is_concern(repair), facet=facet) if repair.is_open else None
        ),
        form=_form(repair, bound) if repair.state in MAY_BE_TALKED_ABOUT else None,
        notes=tuple(_note(step, name, zone) for step in steps if step.note),
        supervision=(
            gettext("A supervisor has known that this is open since {day}.").format(
                day=long_date(repair.supervision_since, zone)
            )
            if repair.is_open and repair.supervision_since
            else ""
        ),
        is_open=repair.is_open,
        is_confirmed=repair.state == RepairState.CONFIRMED,
        work=work,
    )


def _badge(repair: Repair) -> Badge:
    if repair.is_open:
        return Badge(gettext("Open"), Tone.STRAIN)
    if repair.state == RepairState.WITHDRAWN:
        return Badge(gettext("Withdrawn"), Tone.NEUTRAL)
    return Badge(gettext("Repaired"), Tone.SUCCESS)


def _withdrawn(repair: Repair) -> str:
    if repair.state != RepairState.WITHDRAWN:
        return ""
    return gettext("It no longer holds: answers were put right, or more of them came in.")


def signal_words(repair: Repair, name: str) -> str:
    """What was noticed, and how sure it is."""
    if is_concern(repair):
        return gettext("{name} said that something felt wrong or showed no respect.").format(
            name=name
        )
    return gettext("Lower than usual for {name}.").format(name=name) + " " + rarity(repair.signal)


def _form(repair: Repair, bound: Mapping[str, TalkedAboutForm]) -> TalkedAbout:
    form = bound.get(repair.public_id) or TalkedAboutForm(prefix=repair.public_id)
    return TalkedAbout(
        action=reverse("talked_about", args=[repair.public_id]),
        note=Field.of(form["note"], rows=2),
        button=Button(gettext("We talked about it")),
    )


def _timeline(repair: Repair, steps: list[RepairStep], name: str, zone: ZoneInfo) -> Timeline:
    states = list(STEPS_OF_STATE[RepairState(repair.state)])
    at: dict[str, str] = {step.event: long_date(step.at, zone) for step in steps}
    confirmed = RepairEvent.CLIENT_CONFIRMS in at
    if repair.state == RepairState.REPAIRED:
        states[1] = DONE if RepairEvent.TALKED_ABOUT in at else NOT_MET
        states[2] = DONE if confirmed else NOT_MET
    ended_by_client = RepairEvent.CLIENT_FEELS_BETTER in at
    labels: tuple[Words, ...] = (
        gettext("Noticed"),
        gettext("Talked about"),
        gettext("{name} says so too").format(name=name),
        gettext("{name} says it is better").format(name=name)
        if is_concern(repair) or ended_by_client
        else gettext("Ratings came back"),
    )
    whens = (
        at.get(RepairEvent.NOTICED, ""),
        at.get(RepairEvent.TALKED_ABOUT, ""),
        at.get(RepairEvent.CLIENT_CONFIRMS, "") or at.get(RepairEvent.CLIENT_DENIES, ""),
        long_date(repair.closed_at, zone) if repair.closed_at and not _withdrawn(repair) else "",
    )
    return Timeline(
        gettext("How the repair goes"),
        tuple(
            Step(label, state, when)
            for label, state, when in zip(labels, states, whens, strict=True)
        ),
    )


def _note(step: RepairStep, name: str, zone: ZoneInfo) -> str:
    who = gettext("You") if step.event == RepairEvent.TALKED_ABOUT else name
    return gettext("{who}, {day}: {note}").format(
        who=who, day=long_date(step.at, zone), note=step.note
    )
