"""What tells a person something: messages, cards, tables, the loop of repair."""

from __future__ import annotations

from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.navigation import Navigation, NavigationLink
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.pagination import Pagination
from alongside.interfaces.shared.components.person_line import PersonLine
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.components.stat import Stat
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.table import Column, ColumnKind, Row, Table
from alongside.interfaces.shared.components.tabs import Tab, Tabs
from alongside.interfaces.shared.components.timeline import Step, StepState, Timeline
from alongside.interfaces.shared.components.undo_notice import UndoNotice
from alongside.interfaces.shared.components.you_said import YouSaid
from alongside.interfaces.shared.gallery.exhibit import Exhibit
from alongside.interfaces.shared.tones import Tone

STRAIN = Badge("Strain", Tone.STRAIN)


def telling() -> tuple[Exhibit, ...]:
    """The exhibits of this wall."""
    return (*_messages(), *_cards(), *_lists(), *_loops(), *_ways())


def _messages() -> tuple[Exhibit, ...]:
    return (
        *(
            Exhibit(
                tone.value,
                Notice("Your next visit has moved", "It is now on Friday at 10:30.", tone),
            )
            for tone in Tone
        ),
        Exhibit(
            "with something to do",
            Notice(
                "Lower than usual for Sam",
                "A drop this large comes by chance about once in 50 visits. "
                "This rests on 9 visits.",
                Tone.STRAIN,
                (Button("We talked about it"), Button("Later", ButtonKind.QUIET)),
            ),
        ),
        Exhibit("with a way back", UndoNotice("The visit is cancelled.", "#undo", until="1 min")),
        Exhibit("without a way back", UndoNotice("The note is kept.")),
        *(Exhibit(tone.value, Badge(tone.value.capitalize(), tone)) for tone in Tone),
    )


def _cards() -> tuple[Exhibit, ...]:
    return (
        Exhibit("plain", Card("Your next visit", ("Thursday 12 March, 14:30", "With Dana Ruiz"))),
        Exhibit(
            "with something to do",
            Card(
                "How was your last visit?",
                "Eight taps. Less than a minute.",
                badge=Badge("Open until Sunday", Tone.INFO),
                actions=(Button("Start", href="#start"),),
            ),
        ),
        Exhibit(
            "as a link, with a tone",
            Card("Sam", "Lower than usual.", "#sam", STRAIN, (), Tone.STRAIN),
        ),
        Exhibit(
            "figure",
            Stat(
                "How you feel",
                "64",
                "Better than in January, and the change is likely real.",
                "Scores move by up to 9 points by chance.",
                "of 100",
            ),
        ),
        Exhibit(
            "figure that is not known",
            Stat("How you feel", "–", "There is no score yet.", "It needs two visits or more."),
        ),
        Exhibit(
            "with a way on",
            EmptyState("No visits yet", "They show here once booked.", Button("Book a visit")),
        ),
        Exhibit("plain", EmptyState("Nothing needs you now")),
    )


def _lists() -> tuple[Exhibit, ...]:
    columns = (
        Column("Client"),
        Column("Why now"),
        Column("Last visits"),
        Column("Next visit", ColumnKind.NUMBER),
        Column("To do", ColumnKind.ACTION, is_label_hidden=True),
    )
    rows = (
        Row(
            (
                PersonLine("Sam Bell", href="#sam", badge=STRAIN),
                "Lower than usual for Sam; about once in 50 visits by chance",
                Sparkline((71, 74, 70, 76, 73, 49), (5,)),
                "Today, 14:30",
                Button("Before the visit", ButtonKind.QUIET, "#before"),
            ),
            Tone.STRAIN,
        ),
        Row(
            (
                PersonLine("Ana Ortiz", href="#ana"),
                "Nothing new",
                Sparkline((62, 66, None, 71, 78, 82)),
                "Friday, 9:00",
                Button("Before the visit", ButtonKind.QUIET, "#before"),
            )
        ),
    )
    empty = EmptyState("No clients yet", "They show here once someone is in your care.")
    return (
        Exhibit("with rows", Table("Who needs you", columns, rows)),
        Exhibit("empty", Table("Who needs you", columns, (), empty)),
        Exhibit(
            "with and without a change",
            SummaryList(
                (
                    SummaryRow("Visit", "Thursday 12 March, 14:30", "#move", "Move"),
                    SummaryRow("Place", ("Room 4, first floor", "There is a lift."), "#", "Change"),
                    SummaryRow("Therapist", "Dana Ruiz"),
                )
            ),
        ),
        Exhibit("name and part", PersonLine("Dana Ruiz", "Therapist", "Next free: Friday, 9:00")),
        Exhibit("link with a mark", PersonLine("Sam Bell", "Client", "", "#sam", STRAIN)),
    )


def _loops() -> tuple[Exhibit, ...]:
    done, now, ahead = StepState.DONE, StepState.CURRENT, StepState.AHEAD
    return (
        Exhibit(
            "under way",
            Timeline(
                "Repair",
                (
                    Step("Noticed", done, "3 March", "Lower than usual for Sam."),
                    Step("Talked about", done, "10 March"),
                    Step("Confirmed by Sam", now),
                    Step("Ratings came back", ahead),
                ),
            ),
        ),
        Exhibit(
            "not back after three visits",
            Timeline(
                "Repair of February",
                (
                    Step("Noticed", done, "3 February"),
                    Step("Talked about", done, "10 February"),
                    Step("Confirmed by Sam", done, "10 February"),
                    Step("Ratings came back", StepState.NOT_MET, "after three visits"),
                ),
            ),
        ),
        Exhibit(
            "answered",
            YouSaid(
                "Please ask me how the week was before we start on the plan.",
                "3 March",
                "We now begin each visit with your week.",
                "10 March",
                "Dana Ruiz",
            ),
        ),
        Exhibit("not answered yet", YouSaid("The room was cold.", "10 March")),
    )


def _ways() -> tuple[Exhibit, ...]:
    links = (
        NavigationLink("Home", "#home", is_current=True),
        NavigationLink("Visits", "#visits", count=2),
        NavigationLink("My graph", "#graph"),
    )
    return (
        Exhibit("signed in", Navigation("#home", links, "Sam Bell", "#out")),
        Exhibit(
            "with a count",
            Tabs(
                "Sides of Sam", (Tab("Now", "#now", is_current=True), Tab("Words", "#w", count=2))
            ),
        ),
        Exhibit("way back", Breadcrumbs((Crumb("Your clients", "#clients"),))),
        Exhibit("path", Breadcrumbs((Crumb("Clients", "#clients"), Crumb("Sam", "#sam")), "Path")),
        Exhibit("in the middle", Pagination(2, 5)),
        Exhibit("first of two", Pagination(1, 2, label="Pages of letters")),
        Exhibit("closed", Disclosure("How sure is this?", "It rests on 9 visits.")),
        Exhibit("open", Disclosure("What is strain?", "A weaker bond for a while.", is_open=True)),
    )
