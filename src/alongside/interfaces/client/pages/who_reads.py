"""Who reads what, in plain words: each sentence stands for one cell of the policy's table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from alongside.clinic.access.policy import Relation, Segment
from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.alliance.noticing import VISITS_BEFORE_SUPERVISION
from alongside.clinic.feedback.who_reads import Reach, WhoReads, about, by_supervisor, reach
from alongside.interfaces.client.words import names_in_a_row
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.dates import long_date


def line_of(reads: WhoReads, *, with_names: bool) -> str:
    """The one line before the first tap: who sees the answers, and when.

    Without `with_names` only the therapist whom the form is about is named.
    """
    return " ".join((_therapist_sentence(reads, with_names), _supervisor_sentence(reads)))


def more_of(reads: WhoReads) -> Disclosure:
    """The rest of it, behind one line."""
    name = reads.therapist or gettext("your therapist")
    sentences = []
    if reads.answers is Reach.RELEASED:
        sentences.append(
            gettext(
                "Under each answer you can choose when {name} sees it: now, at the end of the "
                "month, or not at all."
            ).format(name=name)
        )
    elif reads.course is not Reach.NEVER:
        sentences.append(
            gettext(
                "Under each answer you can choose when it counts in that score: now, at the end "
                "of the month, or not at all."
            )
        )
    if reads.supervisor_strain is Reach.ALWAYS and reads.supervisor_answers is Reach.NEVER:
        sentences.append(
            ngettext(
                "If it is still hard between you and {name} {n} visit later, a supervisor can see "
                "that it is so. They do not see your answers.",
                "If it is still hard between you and {name} {n} visits later, a supervisor can see "
                "that it is so. They do not see your answers.",
                VISITS_BEFORE_SUPERVISION,
            ).format(name=name, n=VISITS_BEFORE_SUPERVISION)
        )
    if reads.supervisor_concern is Reach.TOLD:
        sentences.append(
            gettext("If you say that something felt wrong, a supervisor hears it only if you want.")
        )
    if reads.administrator is Reach.NEVER:
        sentences.append(gettext("The people who run the computers here see none of it."))
    sentences.append(
        gettext("No one reads this day and night. If you need help now, tap Help now.")
    )
    return Disclosure(gettext("More on who sees this"), tuple(sentences))


def _therapist_sentence(reads: WhoReads, with_names: bool) -> str:
    if reads.therapist:
        return {
            Reach.ALWAYS: gettext("{name}, your therapist, sees all that you put in here."),
            Reach.RELEASED: gettext("{name}, your therapist, sees this after you send it."),
        }.get(reads.answers, gettext("{name}, your therapist, does not see this.")).format(
            name=reads.therapist
        )
    if reads.answers is not Reach.NEVER:
        told = gettext("{team} see this after you send it.")
    elif reads.course is not Reach.NEVER:
        told = gettext(
            "After you send this, it becomes one score. {team} can see that score, and not what "
            "you tapped or wrote."
        )
    else:
        return gettext("No one but you sees this.")
    team = gettext("Your therapists")
    if with_names and reads.team:
        team = names_in_a_row(reads.team)
    return told.format(team=team)


def _supervisor_sentence(reads: WhoReads) -> str:
    name = reads.therapist or gettext("your therapist")
    return {
        Reach.ALWAYS: gettext("A supervisor can see your scores."),
        Reach.OPENED: gettext("A supervisor sees your scores only if you or {name} say so."),
        Reach.NEVER: gettext("A supervisor does not see it."),
    }.get(reads.supervisor_course, gettext("A supervisor sees it only if you say so.")).format(
        name=name
    )


@dataclass(frozen=True)
class OpenScores:
    """Whether a supervisor sees the scores with one therapist, and the button that changes it."""

    title: str
    words: tuple[str, ...]
    action: str
    button: Button


@dataclass(frozen=True)
class WhoSeesPage:
    """Everything the record holds, and who may see it.

    `scores` is empty while there are none that a supervisor could be let see.
    """

    team: str
    supervisor: tuple[str, ...]
    scores: tuple[OpenScores, ...]
    table: Table


def who_sees_page(team: tuple[str, ...], alliances: Iterable[AllianceSeries] = ()) -> WhoSeesPage:
    """The policy as a table for the client, each cell asked of the policy."""
    can_be_opened = by_supervisor(Segment.ALLIANCE) is Reach.OPENED
    return WhoSeesPage(
        supervisor=_supervisor_learns(),
        scores=tuple(_scores(series) for series in alliances) if can_be_opened else (),
        team=(
            gettext("Your therapists now: {names}.").format(names=names_in_a_row(team))
            if len(team) > 1
            else gettext("Your therapist now: {names}.").format(names="".join(team))
            if team
            else gettext("No therapist has you in their care now.")
        ),
        table=Table(
            caption=gettext("Who can see what"),
            columns=(
                Column(gettext("What")),
                Column(gettext("Your therapist")),
                Column(gettext("Another therapist of yours")),
                Column(gettext("A supervisor")),
                Column(gettext("People who run the computers")),
            ),
            rows=tuple(_row(words(), segment) for words, segment in KINDS),
        ),
    )


def _supervisor_learns() -> tuple[str, ...]:
    """What a supervisor learns of the client, a paragraph each."""
    who = gettext("A supervisor helps your therapist to do good work.")
    if by_supervisor(Segment.IDENTITY) is Reach.NEVER:
        who += " " + gettext("They do not see your name.")
    if by_supervisor(Segment.CONCERN) is not Reach.TOLD:
        return (who,)
    # The last condition stands in `supervision.queries`, since it hangs on two answers of a form.
    concern = gettext(
        "If something felt wrong, they hear of it only if you ask us to tell them. They read what "
        "you wrote about it only if you asked us in that same form, and only once your therapist "
        "can see it too."
    )
    return who, concern


def _scores(series: AllianceSeries) -> OpenScores:
    name, opened_at = series.therapist.display_name, series.opened_to_supervision_at
    words: tuple[str, ...]
    if opened_at is None:
        words = (gettext("Closed. No supervisor can see them."),)
        label = gettext("Let a supervisor see them")
    else:
        is_own = series.opened_to_supervision_by_id == series.client.person_id
        opened = (
            gettext("You opened them on {day}.")
            if is_own
            else gettext("{name} opened them on {day}.")
        )
        words = (
            gettext("Open. Whoever supervises {name} can see them.").format(name=name),
            opened.format(name=name, day=long_date(opened_at)),
        )
        label = gettext("Close them again")
    return OpenScores(
        title=gettext("Your scores with {name}").format(name=name),
        words=words,
        action=reverse("own_supervision", args=[series.therapist.public_id]),
        button=Button(
            label,
            ButtonKind.QUIET,
            field_name="is_open",
            value="yes" if opened_at is None else "no",
            hidden_context=name,
        ),
    )


def _row(what: str, segment: Segment) -> Row:
    supervised = by_supervisor(segment)
    return Row(
        (
            what,
            CELLS[about(segment)](),
            CELLS[reach(Relation.IN_CARE_OF, segment)](),
            _after_visits() if _waits(segment, supervised) else CELLS[supervised](),
            CELLS[reach(Relation.ADMINISTRATOR, segment)](),
        )
    )


def _waits(segment: Segment, supervised: Reach) -> bool:
    """Whether the clinic keeps from supervisors for some visits what the policy lets them see."""
    return segment is Segment.STRAIN and supervised is Reach.ALWAYS


def _after_visits() -> str:
    return ngettext(
        "Only if it is still hard {n} visit later",
        "Only if it is still hard {n} visits later",
        VISITS_BEFORE_SUPERVISION,
    ).format(n=VISITS_BEFORE_SUPERVISION)


CELLS: dict[Reach, Callable[[], str]] = {
    Reach.ALWAYS: lambda: gettext("Yes"),
    Reach.RELEASED: lambda: gettext("When you let them"),
    Reach.TOLD: lambda: gettext("Only if you ask us to tell"),
    Reach.OPENED: lambda: gettext("Only if you or your therapist say so"),
    Reach.NEVER: lambda: gettext("No"),
}
KINDS: tuple[tuple[Callable[[], str], Segment], ...] = (
    (lambda: gettext("Your name and how to reach you"), Segment.IDENTITY),
    (lambda: gettext("Your visits"), Segment.ATTENDANCE),
    (lambda: gettext("What you tap and write after a visit"), Segment.ANSWERS),
    (lambda: gettext("Your scores after visits, from what you let them see"), Segment.ALLIANCE),
    (lambda: gettext("That things got hard between you two"), Segment.STRAIN),
    (lambda: gettext("That something felt wrong to you"), Segment.CONCERN),
    (lambda: gettext("What changed because of you"), Segment.CHANGES),
    (lambda: gettext("The score of your week"), Segment.PROGRESS),
)
