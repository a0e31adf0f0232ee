"""Everything that is a client's, as they may have it: every answer, also those nobody else sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext, override

from alongside.clinic.alliance.models import Change, Repair, RepairStep
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.consent.documents import Block, Document, Facts, Grid, Lines, Section
from alongside.clinic.disclosures.left_behind import left_behind_of
from alongside.clinic.disclosures.own_sharing import (
    consents_sheet,
    disclosures_sheet,
    restrictions_sheet,
)
from alongside.clinic.disclosures.own_sheet import OwnSheet, day_of_row
from alongside.clinic.disclosures.record import REPAIRS, STATES, Cell
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.instruments.asking import answer_in_words, asks_of, title_of
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import (
    Answer,
    Correction,
    CorrectionKind,
    Release,
    Respondent,
    Response,
    Slot,
)
from alongside.clinic.people.models import Care, Client, Clinic, Language
from alongside.clinic.people.queries import wall_clock
from alongside.clinic.supervision.queries import supervision_answers
from alongside.clinic.visits.models import Visit


def own_sheets(client: Client, *, language: str) -> tuple[OwnSheet, ...]:
    """The whole record as tables, in the client's language."""
    with override(language):
        return tuple(sheet(client, language) for sheet in SHEETS)


def own_document(client: Client, clinic: Clinic, *, language: str, now: datetime) -> Document:
    """The whole record to read, with what is not in it and why."""
    with override(language):
        sections = [
            Section(sheet.heading, tuple(_blocks(sheet)))
            for sheet in own_sheets(client, language=language)
        ]
        left = Lines(tuple(left_behind_of(client).values()))
        return Document(
            title=gettext("My record"),
            language=language,
            sections=(*sections, Section(gettext("What is not in here, and why"), (left,))),
            marks=(
                gettext("A copy of all that {clinic} keeps of {name}, made on {day}.").format(
                    clinic=clinic.name, name=client.display_name, day=day_of_row(now)
                ),
            ),
            foot=gettext("This is yours. Keep it where nobody else reads it."),
        )


def _blocks(sheet: OwnSheet) -> Iterator[Block]:
    if not sheet.rows:
        yield gettext("Nothing is kept of this.")
    elif len(sheet.rows) == 1 and sheet.key == "me":
        pairs = zip(sheet.columns, sheet.rows[0], strict=True)
        yield Facts(tuple((name, str(cell or "–")) for name, cell in pairs))
    else:
        rows = tuple(
            tuple("–" if cell in (None, "") else str(cell) for cell in row) for row in sheet.rows
        )
        yield Grid(sheet.heading, sheet.columns, rows)


def _me(client: Client, _language: str) -> OwnSheet:
    former = (each.code for each in client.former_records.order_by("merged_at"))
    facts = (
        (gettext("Name"), client.display_name),
        (gettext("Record number"), ", ".join((client.code, *former))),
        (gettext("Phone"), client.phone),
        (gettext("E-mail"), client.email),
        (gettext("Language"), Language(client.language).label),
        (gettext("Own goal"), client.own_goal),
    )
    columns = tuple(name for name, _ in facts)
    row = tuple(str(value) for _, value in facts)
    return OwnSheet("me", gettext("About me"), columns, (row,))


def _care(client: Client, _language: str) -> OwnSheet:
    rows = tuple(
        (each.therapist.display_name, day_of_row(each.starts_on), day_of_row(each.ends_on))
        for each in Care.objects.filter(client=client)
        .select_related("therapist")
        .order_by("starts_on", "pk")
    )
    columns = (gettext("Therapist"), gettext("Since"), gettext("Until"))
    return OwnSheet("care", gettext("Who treats me"), columns, rows)


def _visits(client: Client, _language: str) -> OwnSheet:
    rows = tuple(
        (
            day_of_row(visit.starts_at),
            wall_clock(visit.starts_at).strftime("%H:%M"),
            visit.therapist.display_name,
            STATES[visit.state](),
        )
        for visit in Visit.objects.filter(client=client)
        .select_related("therapist")
        .order_by("starts_at", "pk")
    )
    columns = (
        gettext("Day"),
        gettext("Time"),
        gettext("With"),
        gettext("What became of it"),
    )
    return OwnSheet("visits", gettext("Visits"), columns, rows)


def _handed_in(client: Client) -> Iterator[Response]:
    yield from (
        Response.objects.filter(
            client=client,
            slot__respondent=Respondent.CLIENT,
            submitted_at__isnull=False,
        )
        .select_related("slot__version", "slot__visit", "slot__therapist")
        .prefetch_related("answers")
        .order_by("slot__opens_at", "slot_id")
    )


def _about(response: Response) -> str:
    return _about_slot(response.slot)


def _about_slot(slot: Slot) -> str:
    visit = getattr(slot, "visit", None)
    return day_of_row(visit.starts_at if visit else slot.opens_at)


def _scores(client: Client, language: str) -> OwnSheet:
    rows = []
    for response in _handed_in(client):
        version = response.slot.version
        for scale in scoring_of(version).scales:
            score = response.scores.get(scale.name)
            rows.append(
                (
                    _about(response),
                    title_of(version, language),
                    scale.title.in_language(language),
                    None if score is None else round(float(score), 2),
                )
            )
    columns = (gettext("Day"), gettext("Form"), gettext("Scale"), gettext("Score"))
    return OwnSheet("scores", gettext("Scores, from all my answers"), columns, tuple(rows))


def _answers(client: Client, language: str) -> OwnSheet:
    rows: list[tuple[Cell, ...]] = []
    for response in _handed_in(client):
        version = response.slot.version
        given = {answer.link_id: answer for answer in response.answers.all()}
        for ask in asks_of(version, language):
            answer = given.get(ask.link_id)
            if answer is None or answer.state == "not_shown":
                continue
            said = (
                answer_in_words(ask, answer.value)
                if answer.state == "answered"
                else gettext("No answer.")
            )
            rows.append((_about(response), ask.text, said, _who_reads(answer)))
    columns = (gettext("Day"), gettext("Question"), gettext("Answer"), gettext("Who can see it"))
    return OwnSheet("answers", gettext("My answers"), columns, tuple(rows))


def _corrections(client: Client, language: str) -> OwnSheet:
    """What my answers were before somebody put them right; of another person's words nothing."""
    rows: list[tuple[Cell, ...]] = []
    corrections = Correction.objects.filter(client=client).select_related(
        "slot__version", "slot__visit", "by"
    )
    for each in corrections:
        asks = {ask.link_id: ask for ask in asks_of(each.slot.version, language)}
        said = [
            f"{asks[was['link_id']].text} {answer_in_words(asks[was['link_id']], was['value'])}"
            for was in each.before["answers"]
            if was["state"] == "answered" and each.kind != CorrectionKind.OF_ANOTHER
        ]
        who = each.by.display_name if each.by else ""
        rows.append(
            (
                _about_slot(each.slot),
                CORRECTIONS[CorrectionKind(each.kind)](),
                " · ".join(said),
                day_of_row(each.at),
                who,
                each.why,
            )
        )
    columns = (
        gettext("Day"),
        gettext("What was done"),
        gettext("What stood there before"),
        gettext("Put right on"),
        gettext("By"),
        gettext("Why"),
    )
    return OwnSheet("corrections", gettext("Answers that were put right"), columns, tuple(rows))


CORRECTIONS: Final[Mapping[CorrectionKind, Callable[[], str]]] = {
    CorrectionKind.CORRECTED: lambda: gettext("Answers were corrected."),
    CorrectionKind.TAKEN_BACK: lambda: gettext("Answers were taken back: they count no more."),
    CorrectionKind.OF_ANOTHER: lambda: gettext(
        "Answers of somebody else stood in my record by mistake. They were taken out."
    ),
}


def _who_reads(answer: Answer) -> str:
    if answer.release == Release.WITHHELD or answer.released_at is None:
        return gettext("Only me")
    return gettext("My therapist, from {day} on").format(day=day_of_row(answer.released_at))


def _repairs(client: Client, _language: str) -> OwnSheet:
    repairs = Repair.objects.filter(client=client).select_related("visit", "series__therapist")
    rows = tuple(
        (
            day_of_row(each.visit.starts_at),
            each.series.therapist.display_name,
            REPAIRS[RepairState(each.state)](),
        )
        for each in repairs.order_by("visit__starts_at", "pk")
    )
    columns = (gettext("Day"), gettext("With"), gettext("Where it stands"))
    heading = gettext("When it was hard, and what became of it")
    return OwnSheet("repairs", heading, columns, rows)


def _talks(client: Client, _language: str) -> OwnSheet:
    steps = RepairStep.objects.filter(client=client).select_related("by")
    rows = [
        (day_of_row(step.at), step.by.display_name if step.by else "", step.note)
        for step in steps.order_by("at", "pk")
        if step.note
    ]
    rows += [
        (day_of_row(each.written_at), each.written_by.display_name, each.words)
        for each in supervision_answers(client)
    ]
    columns = (gettext("Day"), gettext("By"), gettext("Words"))
    return OwnSheet("notes", gettext("What was written for me"), columns, tuple(rows))


def _changes(client: Client, _language: str) -> OwnSheet:
    changes = Change.objects.filter(client=client).select_related("answer", "therapist")
    rows = tuple(
        (
            day_of_row(each.written_at),
            str(each.answer.value or ""),
            each.therapist.display_name,
            each.what_changes,
        )
        for each in changes.order_by("written_at", "pk")
    )
    columns = (gettext("Day"), gettext("I said"), gettext("With"), gettext("What changes"))
    return OwnSheet("changes", gettext("You said, we changed"), columns, rows)


WAYS: Final[Mapping[str, Callable[[], str]]] = {
    Way.CALLED: lambda: gettext("called"),
    Way.WROTE: lambda: gettext("wrote"),
    Way.SAW: lambda: gettext("saw me"),
    Way.SOMEBODY_ELSE: lambda: gettext("somebody else did"),
}


def _reached_out(client: Client, _language: str) -> OwnSheet:
    rows = tuple(
        (day_of_row(each.at), each.by.display_name, WAYS[each.way](), each.note)
        for each in ReachedOut.objects.filter(client=client).select_related("by")
    )
    columns = (gettext("Day"), gettext("Noted by"), gettext("How"), gettext("Note"))
    return OwnSheet("reached_out", gettext("When somebody asked after me"), columns, rows)


def _questions(client: Client, _language: str) -> OwnSheet:
    rows = tuple(
        (day_of_row(each.asked_at), each.words, each.answer)
        for each in client.questions.order_by("asked_at", "pk")
    )
    columns = (gettext("Day"), gettext("I said"), gettext("Answer"))
    return OwnSheet("questions", gettext("My questions about who looked"), columns, rows)


SHEETS: Final[tuple[Callable[[Client, str], OwnSheet], ...]] = (
    *(_me, _care, _visits, _reached_out, _scores, _answers, _corrections),
    *(_repairs, _talks, _changes),
    *(consents_sheet, disclosures_sheet, restrictions_sheet, _questions),
)
