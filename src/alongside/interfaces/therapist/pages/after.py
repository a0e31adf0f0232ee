"""After the visit: what became of it, the client's feedback, the own rating, the next visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, gettext_lazy

from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Slot, WayIn
from alongside.clinic.outbox.models import Channel, Message, MessageState
from alongside.clinic.visits.models import Visit, VisitState
from alongside.clinic.visits.queries import FeedbackState, feedback_state, rating_state
from alongside.interfaces.shared.component import Component, Words
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.undo_notice import UndoNotice
from alongside.interfaces.shared.dates import clock_time, long_moment, until_moment
from alongside.interfaces.shared.question_page import questions_of, summary_of_mistakes
from alongside.interfaces.shared.sentences import told
from alongside.interfaces.therapist.forms import BookingForm, CorrectionForm, PaperForm

DONE: Final[dict[str, Words]] = {
    VisitState.HELD: gettext_lazy("The visit took place."),
    VisitState.MISSED: gettext_lazy("{name} did not come."),
    VisitState.CANCELLED: gettext_lazy("The visit was called off."),
}
FEEDBACK: Final[dict[FeedbackState, Words]] = {
    FeedbackState.NOT_YET: gettext_lazy("Feedback opens when the visit ends."),
    FeedbackState.OPEN: gettext_lazy("Feedback is open until {until}."),
    FeedbackState.IN: gettext_lazy("Feedback is in. Thank {name}."),
    FeedbackState.OVER: gettext_lazy("Feedback has closed without an answer. Paper still counts."),
    FeedbackState.NONE: gettext_lazy("No feedback is asked for this visit."),
}

LINK: Final[dict[str, Words]] = {
    MessageState.WAITING: gettext_lazy("The link waits to be sent by {way}."),
    MessageState.SENT: gettext_lazy("The link was sent by {way}, {time}."),
    MessageState.CANCELLED: gettext_lazy("The link was taken back."),
    MessageState.FAILED: gettext_lazy("The link could not be sent by {way}. Use another way."),
}


@dataclass(frozen=True)
class Typed:
    """Answers that were sent and refused: what was typed and what has to be mended, by linkId."""

    known: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AfterPage:
    """What the sheet shows."""

    name: str
    way_back: Breadcrumbs
    when: str
    mistakes: ErrorSummary | None
    state_url: str
    state_buttons: tuple[Button, ...]
    undo: UndoNotice | None
    feedback: str
    link: str
    can_lend: bool
    can_enter_paper: bool
    code_url: str
    hand_over_url: str
    paper_url: str
    correct_url: str
    rating_url: str
    rating_words: str
    rating_label: str
    questions: tuple[Component, ...]
    comes: str
    book_url: str
    booking: tuple[Field, ...]


@dataclass(frozen=True)
class BookPage:
    """The form that books a visit."""

    name: str
    way_back: Breadcrumbs
    mistakes: ErrorSummary | None
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class PaperPage:
    """The form that takes in what a client wrote on paper."""

    name: str
    when: str
    way_back: Breadcrumbs
    mistakes: ErrorSummary | None
    filled_on: Field
    questions: tuple[Component, ...]
    entered_by: str


@dataclass(frozen=True)
class CorrectPage:
    """What was typed in from paper, to be put right or taken back."""

    name: str
    when: str
    way_back: Breadcrumbs
    mistakes: ErrorSummary | None
    why: Field
    questions: tuple[Component, ...]


@dataclass(frozen=True)
class CodePage:
    """A code to read aloud."""

    name: str
    code: str
    spelled: str
    until: str
    address: str
    back: str


def after_page(
    visit: Visit,
    invitation: Message | None,
    ahead: Visit | None,
    *,
    zone: ZoneInfo,
    now: datetime,
    typed: Typed,
) -> AfterPage:
    """The sheet. `typed` is a rating that was refused."""
    name, feedback = visit.client.display_name, feedback_state(visit, now=now)
    slot = visit.feedback_slot
    rating, rating_slot = rating_state(visit, now=now), visit.therapist_slot
    is_ratable = rating is FeedbackState.OPEN and rating_slot is not None
    is_over = visit.state in (VisitState.MISSED, VisitState.CANCELLED)
    return AfterPage(
        name=name,
        way_back=way_back(visit),
        when=capfirst(long_moment(visit.starts_at, zone)),
        mistakes=_summary(rating_slot, typed),
        state_url=reverse("visit_state", args=[visit.public_id]),
        state_buttons=_state_buttons(visit, now),
        undo=_undo(visit, feedback, name),
        feedback=str(FEEDBACK[feedback]).format(
            name=name, until=until_moment(slot.expires_at, zone) if slot else ""
        ),
        link="" if is_over else link_words(invitation, feedback, zone, now),
        can_lend=feedback is FeedbackState.OPEN,
        can_enter_paper=feedback in (FeedbackState.OPEN, FeedbackState.OVER),
        code_url=reverse("kiosk_code", args=[visit.public_id]),
        hand_over_url=reverse("hand_over", args=[visit.public_id]),
        paper_url=reverse("paper_entry", args=[visit.public_id]),
        correct_url=(
            reverse("correct_paper", args=[visit.public_id])
            if feedback is FeedbackState.IN and slot and slot.response.way_in == WayIn.PAPER
            else ""
        ),
        rating_url=reverse("own_rating", args=[visit.public_id]),
        rating_words=_rating_words(rating),
        rating_label=_label(visit) if is_ratable else "",
        questions=(
            _questions(rating_slot, typed) if is_ratable and rating_slot is not None else ()
        ),
        comes=capfirst(long_moment(ahead.starts_at, zone)) if ahead else "",
        book_url=reverse("book_visit", args=[visit.client.public_id]),
        booking=() if ahead else booking_fields(BookingForm(initial=next_week(visit, zone))),
    )


def way_back(visit: Visit) -> Breadcrumbs:
    """From a visit to its client and to the board."""
    return Breadcrumbs(
        (
            Crumb(gettext("Caseload"), reverse("caseload")),
            Crumb(
                visit.client.display_name, reverse("client_record", args=[visit.client.public_id])
            ),
        )
    )


def _questions(slot: Slot, typed: Typed) -> tuple[Component, ...]:
    return questions_of(
        slot.version, get_language() or "en", known=typed.known, mistakes=typed.mistakes
    )


def _summary(slot: Slot | None, typed: Typed) -> ErrorSummary | None:
    if slot is None:
        return None
    return summary_of_mistakes(slot.version, typed.mistakes, get_language() or "en")


def link_words(
    invitation: Message | None, feedback: FeedbackState, zone: ZoneInfo, now: datetime
) -> str:
    """Where the message with the link is."""
    if feedback is FeedbackState.IN:
        return ""
    if invitation is None:
        return gettext("No phone number or e-mail address is kept, so no link was sent.")
    way = gettext("text message") if invitation.channel == Channel.SMS else gettext("e-mail")
    if invitation.state == MessageState.WAITING and now < invitation.due_at:
        return gettext("The link goes out by {way} when the visit ends.").format(way=way)
    sent_at = invitation.finished_at or invitation.due_at
    return str(LINK[invitation.state]).format(way=way, time=long_moment(sent_at, zone))


def next_week(visit: Visit, zone: ZoneInfo) -> dict[str, object]:
    """The same time a week later, as the form begins."""
    starts = visit.starts_at.astimezone(zone)
    return {
        "day": (starts + timedelta(days=7)).date(),
        "time": starts.time(),
        "minutes": int((visit.ends_at - visit.starts_at).total_seconds() // 60),
    }


def booking_fields(form: BookingForm) -> tuple[Field, ...]:
    """The three fields of a booking."""
    return (
        Field.of(form["day"], is_short=True),
        Field.of(form["time"], is_short=True),
        Field.of(form["minutes"], is_short=True, input_mode="numeric"),
    )


def book_page(name: str, href: str, form: BookingForm) -> BookPage:
    """The booking form, with what has to be mended."""
    return BookPage(
        name=name,
        way_back=Breadcrumbs((Crumb(gettext("Caseload"), reverse("caseload")), Crumb(name, href))),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=booking_fields(form),
    )


def paper_page(
    visit: Visit,
    form: PaperForm,
    *,
    zone: ZoneInfo,
    entered_by: str,
    typed: Typed,
) -> PaperPage:
    """The questions as on the paper, with the day that stands on it."""
    slot = visit.feedback_slot
    assert slot is not None  # the view refuses a visit without one
    return PaperPage(
        name=visit.client.display_name,
        when=capfirst(long_moment(visit.starts_at, zone)),
        way_back=way_back(visit),
        mistakes=_mistakes(form, slot, typed),
        filled_on=Field.of(form["filled_on"], is_short=True),
        questions=_questions(slot, typed),
        entered_by=entered_by,
    )


def _mistakes(form: PaperForm | CorrectionForm, slot: Slot, typed: Typed) -> ErrorSummary | None:
    """What has to be mended, in the form's own fields and then in the answers."""
    answers = _summary(slot, typed)
    found = ErrorSummary.of(form).mistakes if form.is_bound else ()
    found += answers.mistakes if answers else ()
    return ErrorSummary(found) if found else None


def correct_page(
    visit: Visit, form: CorrectionForm, *, zone: ZoneInfo, typed: Typed
) -> CorrectPage:
    """The questions with what stands there now, and what was wrong with it."""
    slot = visit.feedback_slot
    assert slot is not None  # the view refuses a visit without one
    return CorrectPage(
        name=visit.client.display_name,
        when=capfirst(long_moment(visit.starts_at, zone)),
        way_back=way_back(visit),
        mistakes=_mistakes(form, slot, typed),
        why=Field.of(form["why"]),
        questions=_questions(slot, typed),
    )


def code_page(
    visit: Visit, code: str, until: datetime, zone: ZoneInfo, *, address: str
) -> CodePage:
    """The code, in two groups so that it can be read aloud."""
    half = len(code) // 2
    return CodePage(
        name=visit.client.display_name,
        code=f"{code[:half]} {code[half:]}",
        spelled=", ".join(code),
        until=clock_time(until, zone),
        address=address,
        back=reverse("after_visit", args=[visit.public_id]),
    )


def _state_buttons(visit: Visit, now: datetime) -> tuple[Button, ...]:
    if visit.state != VisitState.BOOKED:
        return ()
    has_begun = now >= visit.starts_at
    buttons = (
        (gettext("It took place"), ButtonKind.PRIMARY, VisitState.HELD, has_begun),
        (gettext("Did not come"), ButtonKind.QUIET, VisitState.MISSED, has_begun),
        (gettext("Called off"), ButtonKind.QUIET, VisitState.CANCELLED, True),
    )
    return tuple(
        Button(label, kind, field_name="state", value=state)
        for label, kind, state, is_shown in buttons
        if is_shown
    )


def _undo(visit: Visit, feedback: FeedbackState, name: str) -> UndoNotice | None:
    if visit.state == VisitState.BOOKED:
        return None
    return UndoNotice(
        str(DONE[visit.state]).format(name=name),
        "" if feedback is FeedbackState.IN else reverse("visit_state", args=[visit.public_id]),
        "state",
        VisitState.BOOKED,
    )


def _rating_words(state: FeedbackState) -> str:
    return {
        FeedbackState.NOT_YET: gettext("You can rate the visit when it has ended."),
        FeedbackState.OPEN: gettext(
            "Five taps, before you see your client’s. The two views are shown side by side and "
            "never mixed."
        ),
        FeedbackState.IN: gettext("Your rating is in."),
        FeedbackState.OVER: gettext("The time for your rating has passed."),
        FeedbackState.NONE: gettext("No rating is asked for this visit."),
    }[state]


def _label(visit: Visit) -> str:
    assert visit.therapist_slot is not None
    return told(scoring_of(visit.therapist_slot.version).label)
