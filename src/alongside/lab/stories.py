"""Who is who in the demo clinic, and which clients are there to show something.

A story is a truth to draw from, not a list of numbers: a deep rupture in the last visit makes the
fresh strain, a rupture that is repaired makes the repaired one. All people are invented; their
family names are rivers, plants and weather in two languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from alongside.lab.ruptures import Shape
from alongside.lab.synthetic_clinic import (
    RepairHabit,
    Said,
    Showing,
    SyntheticStaff,
    Way,
    Words,
    Wrong,
)

CLINIC: Final = "River House"
TIME_ZONE: Final = "America/New_York"
PHONE: Final = "+1 555 0100"

ADMINISTRATOR: Final = SyntheticStaff("pat", "Pat Bramble")
PRIVACY_OFFICER: Final = SyntheticStaff("noor", "Noor Hazel")
SUPERVISORS: Final = (
    SyntheticStaff("ruth", "Ruth Rowan"),
    SyntheticStaff("marcos", "Marcos Laurel", "es"),
)
THERAPISTS: Final = (
    SyntheticStaff("dana", "Dana Alder", supervisor=0),
    SyntheticStaff("omar", "Omar Reed", supervisor=0),
    SyntheticStaff("lucia", "Lucía Ribera", "es", supervisor=0),
    SyntheticStaff("kofi", "Kofi Marsh", supervisor=1),
    SyntheticStaff("june", "June Fennel", supervisor=1),
)
CLIENTS_OF_EACH: Final = (10, 8, 8, 7, 7)

ENGLISH_NAMES: Final = (
    *("Alma Rivers", "Basil Brook", "Clover Finch", "Devon Ash", "Ember Vale", "Fern Holloway"),
    *("Gil Thistle", "Hazel Moor", "Ivo Larch", "Juno Creek", "Kit Heather", "Lark Meadows"),
    *("Milo Birch", "Nell Sedge", "Otto Waters", "Poppy Glade", "Quin Sorrel", "Rory Fields"),
    *("Sage Underhill", "Tansy Lake", "Umi Brooks", "Vera Stone", "Wren Hollow", "Yara Linden"),
    *("Abel Frost", "Bryony Shore", "Cole Hawthorn", "Dale Spring", "Ellis Garden", "Flint Dune"),
    *("Gray Orchard", "Honor Reeds", "Isla Cliff", "Jory Pine", "Kerr Willows", "Linnet Cove"),
    *("Merle Hedges", "Noor Poplar", "Olive Banks", "Perry Maple"),
)
SPANISH_NAMES: Final = (
    *("Bruno del Río", "Celia Encina", "Darío Fuentes", "Elena Romero Sauce", "Félix Arroyo"),
    *("Gala Montes", "Hugo Olmo", "Inés Laguna", "Julio Prado", "Lola Espino", "Mateo Llano"),
    *("Nieves Haya", "Óscar Ribazo", "Paloma Vega Clara", "Quino Sendero", "Rita Almendro"),
    *("Sol Marisma", "Tadeo Cañas", "Uxía Piedra", "Vera Olivar", "Zoilo Monteverde"),
)


class Style(StrEnum):
    """How a client uses the scale."""

    ORDINARY = "ordinary"
    TOP = "top"  # ten on nearly everything
    ONE_ANSWER = "one_answer"  # lately the same number for every question


@dataclass(frozen=True, slots=True)
class StoryRupture:
    """A rupture counted from the end: `ago` visits before the last one, 0 for the last itself."""

    ago: int
    depth: float
    n_visits: int | None = None
    shape: Shape = Shape.SUDDEN


@dataclass(frozen=True, slots=True)
class Story:
    """What is true of one client. None leaves it to chance.

    `words`, `wrong` and `showing_of` go by how many visits before the last one, 0 for the last.
    `level` and `gap` are points of an item; `start` and `growth` are those of the weekly check.
    `is_due`: the last visit ended a short while ago, and no feedback came yet. `is_today`: it
    ended a short while ago. `is_next`: the client is among the next to come.
    """

    names: tuple[str, ...]
    therapist: int
    language: str = "en"
    second_therapist: int | None = None
    level: float = 8.2
    sd: float = 0.35
    rupture: StoryRupture | None = None
    start: float | None = None
    growth: float | None = None
    gap: float | None = None
    style: Style = Style.ORDINARY
    n_visits: int = 12
    n_silent: int = 0
    n_missed: int = 0
    is_due: bool = False
    is_today: bool = False
    is_next: bool = False
    way: Way = Way.LINK
    own_goal: str = ""
    habit: RepairHabit = field(default_factory=lambda: RepairHabit(is_talked_about=False))
    words: Mapping[int, Words] = field(default_factory=dict)
    wrong: Mapping[int, Wrong] = field(default_factory=dict)
    showing: Mapping[int, Showing] = field(default_factory=dict)
    showing_of: Mapping[int, Mapping[str, Showing]] = field(default_factory=dict)


STORIES: Final = (
    Story(
        ("repaired", "you_said"),
        therapist=0,
        rupture=StoryRupture(ago=6, depth=3.2, n_visits=2),
        is_next=True,
        way=Way.SIGNED_IN,
        own_goal="No drinks on work days, and home for dinner.",
        start=46,
        growth=9,
        habit=RepairHabit(
            is_talked_about=True,
            note="I had pushed ahead with my plan for the hour. We agreed that Alma sets the topic "
            "in the first five minutes.",
            client_says=Said.YES,
            client_note="It was good to say it. I did not think you would want to hear it.",
        ),
        words={
            6: Words(
                "I came to talk about my daughter and we spent the hour on forms.",
                "Forms wait until the last ten minutes. The start of each visit is yours.",
            ),
            3: Words(
                "The new start works. I would like a short pause in the middle.",
                "We stop half way for a glass of water, without talking if you like.",
            ),
            1: Words(
                "Could we look at the week ahead before I go?",
                "The last five minutes are for the week ahead. I wrote it on our sheet.",
                is_seen=False,
            ),
            0: Words("More time for the party on Saturday. I am nervous about it."),
        },
    ),
    Story(
        ("fresh_strain",),
        therapist=0,
        level=8.3,
        rupture=StoryRupture(ago=0, depth=3.4),
        is_today=True,
        words={
            0: Words("I started to tell you about my brother and then our time was over."),
            3: Words(
                "The waiting room is loud. I was tense before we began.",
                "You can wait in the garden room from now on. I will come and get you there.",
            ),
        },
    ),
    Story(
        ("concern_released",),
        therapist=0,
        level=8.0,
        way=Way.KIOSK,
        wrong={
            1: Wrong(
                "You looked at your phone while I talked about the funeral.",
                Showing.NOW,
                is_told_to_supervisor=True,
            )
        },
        habit=RepairHabit(
            is_talked_about=True,
            note="I said that I am sorry. The phone stays in the drawer from today.",
        ),
    ),
    Story(
        ("concern_withheld",),
        therapist=1,
        level=8.1,
        wrong={
            0: Wrong(
                "A joke about people like me. I do not want to talk about it with him yet.",
                Showing.NEVER,
                is_told_to_supervisor=True,
            )
        },
    ),
    Story(
        ("unrepaired",),
        therapist=1,
        level=8.2,
        rupture=StoryRupture(ago=5, depth=3.0),
        way=Way.HANDED_OVER,
        habit=RepairHabit(
            is_talked_about=True,
            note="I asked what had changed. I am not sure that I understood it.",
            client_says=Said.NO,
            client_note="We spoke, but about the rules here and not about what I meant.",
            is_opened_to_supervision=True,
        ),
        words={
            5: Words("I said something that was hard to say and you moved on."),
            2: Words("It feels like we talk about your plan and not about mine."),
        },
    ),
    Story(
        ("ceiling", "stays_away"),
        therapist=0,
        style=Style.TOP,
        n_missed=2,
        words={2: Words("Nothing. All is perfect here.")},
    ),
    Story(("straight_lining",), therapist=1, level=7.0, sd=0.4, style=Style.ONE_ANSWER),
    Story(("silent",), therapist=1, level=7.4, n_silent=4, n_missed=2, start=48, growth=0),
    Story(
        ("new_client",),
        therapist=0,
        level=7.8,
        n_visits=1,
        own_goal="To find out what I want. Less pills, I think.",
        words={0: Words("I liked that you did not rush me. Tell me how many visits there are.")},
    ),
    Story(
        ("recovered", "paper"),
        therapist=0,
        level=8.6,
        start=28,
        growth=20,
        way=Way.PAPER,
        own_goal="A year without a drink, one week at a time.",
        words={
            4: Words(
                "I could use the breathing thing as a card for my pocket.",
                "I made you the card. It also has the number you can call at night.",
            )
        },
    ),
    Story(
        ("deteriorated",),
        therapist=2,
        level=7.9,
        start=72,
        growth=-18,
        own_goal="Weekends without using.",
        words={1: Words("Things at home are bad. I need to talk about where I can sleep.")},
    ),
    Story(
        ("two_therapists",),
        therapist=0,
        second_therapist=2,
        level=8.4,
        own_goal="Sleep at night, and keep my job.",
        words={
            2: Words(
                "I tell the same things twice, here and in the group.",
                "Lucía and I will share a short note with you after each visit, if you agree.",
            )
        },
    ),
    Story(
        ("feedback_due",),
        therapist=0,
        level=8.3,
        is_due=True,
        own_goal="Three evenings a week without a drink.",
        words={
            2: Words(
                "The chair by the door is better for me.",
                "That chair is yours now, every time.",
            )
        },
    ),
    Story(("therapist_higher",), therapist=2, level=5.9, gap=3.0, sd=0.5),
    Story(
        ("spanish", "repaired_in_spanish"),
        therapist=2,
        language="es",
        rupture=StoryRupture(ago=5, depth=3.2, n_visits=2),
        way=Way.SIGNED_IN,
        own_goal="Dejar de beber entre semana y volver a correr.",
        habit=RepairHabit(
            is_talked_about=True,
            note="Le había explicado demasiado. Acordamos que yo pregunto primero.",
            client_says=Said.YES,
            client_note="Sí, lo hablamos con calma. Gracias.",
        ),
        words={
            5: Words(
                "Hoy hablaste mucho tú y yo me fui con todo dentro.",
                "Empiezo con una sola pregunta y te dejo el tiempo que necesites.",
            ),
            2: Words(
                "Me ayudaría hablar un rato de mi madre.",
                "La próxima visita empieza con tu madre. Lo tengo apuntado.",
                is_seen=False,
            ),
            0: Words("Que sigamos así. Hoy me fui más tranquilo."),
        },
    ),
    Story(
        ("withheld", "month_end"),
        therapist=1,
        level=7.8,
        showing={2: Showing.MONTH_END, 1: Showing.MONTH_END, 4: Showing.NEVER},
        showing_of={
            0: {"words": Showing.NEVER, "heard": Showing.NEVER},
            3: {"words": Showing.MONTH_END},
        },
        words={
            0: Words("I am thinking about a different kind of help. I am not ready to say it."),
            3: Words("Please ask me less about my father for now."),
        },
    ),
)
