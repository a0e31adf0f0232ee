"""What asks a person for something: fields, scales, buttons, forms."""

from __future__ import annotations

from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.choice_list import Choice, ChoiceList
from alongside.interfaces.shared.components.code_input import CodeInput
from alongside.interfaces.shared.components.error_summary import ErrorSummary, Mistake
from alongside.interfaces.shared.components.field import Field, FieldKind, Option
from alongside.interfaces.shared.components.progress import Progress
from alongside.interfaces.shared.components.question import Question
from alongside.interfaces.shared.components.question_heading import QuestionHeading
from alongside.interfaces.shared.components.release_choice import AT_MONTH_END, ReleaseChoice
from alongside.interfaces.shared.components.save_status import SaveState, SaveStatus
from alongside.interfaces.shared.components.scale import Scale
from alongside.interfaces.shared.components.sign_in_form import SignInForm
from alongside.interfaces.shared.components.yes_no import YesNo
from alongside.interfaces.shared.entrance.pages import shared_device
from alongside.interfaces.shared.gallery.exhibit import Exhibit

EXPRESS = Scale("g-a1", "I could talk about what matters to me.", "Not at all", "Fully")
RELIEF = Scale(
    "g-b1", "When I left, I felt…", "Heavier", "Lighter", lowest=-5, highest=5, hint="0: the same"
)


def asking() -> tuple[Exhibit, ...]:
    """The exhibits of this wall."""
    return (*_buttons(), *_fields(), *_scales(), *_choices(), *_questionnaire(), *_sign_in())


def _buttons() -> tuple[Exhibit, ...]:
    return (
        Exhibit("primary", Button("Send")),
        Exhibit("quiet", Button("Not today", ButtonKind.QUIET)),
        Exhibit("danger", Button("Cancel this visit", ButtonKind.DANGER)),
        Exhibit("as a link", Button("Start", href="#start")),
        Exhibit("off", Button("Send", is_off=True)),
        Exhibit("busy", Button("Sending", is_busy=True)),
    )


def _fields() -> tuple[Exhibit, ...]:
    places = (Option("", "Choose one"), Option("a", "At the clinic"), Option("b", "By phone"))
    return (
        Exhibit("text", Field("g-name", "Your name", is_required=True)),
        Exhibit(
            "text with a mistake",
            Field("g-mail", "E-mail", FieldKind.EMAIL, "sam@", error="Add the part after the @."),
        ),
        Exhibit(
            "long text",
            Field(
                "g-change",
                "What is one thing we could do better?",
                FieldKind.TEXTAREA,
                hint="A few words are enough.",
            ),
        ),
        Exhibit("select", Field("g-place", "Where", FieldKind.SELECT, "b", options=places)),
        Exhibit("password", Field("g-key", "Password", FieldKind.PASSWORD, is_required=True)),
        Exhibit("date", Field("g-day", "Day", FieldKind.DATE, "2026-03-14", is_short=True)),
        Exhibit("time", Field("g-hour", "Time", FieldKind.TIME, "14:30", is_short=True)),
        Exhibit(
            "mistakes of a form",
            ErrorSummary(
                (
                    Mistake("Add the part after the @ in your e-mail.", "id_g-mail"),
                    Mistake("This form was open for a long time. Please check it once more."),
                )
            ),
        ),
        Exhibit("code", CodeInput("g-code", "Your code", hint="Six numbers, from your therapist.")),
        Exhibit(
            "code that is not known",
            CodeInput("g-code-2", "Your code", value="123456", error="We do not know this code."),
        ),
    )


def _scales() -> tuple[Exhibit, ...]:
    return (
        Exhibit("no answer yet", EXPRESS),
        Exhibit(
            "answered",
            Scale("g-a2", "My therapist got what I meant.", "Not at all", "Fully", value=7),
        ),
        Exhibit(
            "may be left out, with a mistake",
            Scale(
                "g-a3",
                "We worked on what I want to work on.",
                "Not at all",
                "Fully",
                error="Choose one box.",
                may_decline=True,
            ),
        ),
        Exhibit("relief", RELIEF),
        Exhibit("days of a week", Scale("g-days", "On how many days?", lowest=0, highest=7)),
    )


def _choices() -> tuple[Exhibit, ...]:
    times = (Choice("am", "In the morning"), Choice("pm", "In the afternoon", "After 1 pm"))
    return (
        Exhibit("no answer yet", YesNo("g-f1", "Was anything said or done that felt wrong?")),
        Exhibit(
            "answered, may be left out",
            YesNo("g-f2", "May we tell someone else here?", value=False, may_decline=True),
        ),
        Exhibit("with a mistake", YesNo("g-f3", "Did we talk about it?", error="Choose one.")),
        Exhibit("one of several", ChoiceList("g-when", "When suits you?", times, ("am",))),
        Exhibit(
            "as many as fit, with a mistake",
            ChoiceList(
                "g-ways",
                "How may we reach you?",
                (Choice("sms", "Text message"), Choice("mail", "E-mail"), Choice("call", "Call")),
                ("sms", "call"),
                is_multiple=True,
                hint="You can change this at any time.",
                error="Choose no more than one.",
            ),
        ),
        Exhibit("now", ReleaseChoice("g-r1")),
        Exhibit("at the end of the month", ReleaseChoice("g-r2", AT_MONTH_END)),
    )


def _questionnaire() -> tuple[Exhibit, ...]:
    suits = Scale("g-a4", "The way we worked suited me.", "Not at all", "Fully")
    again = Scale("g-a5", "I want to come back.", "Not at all", "Fully")
    return (
        Exhibit("with a choice of who sees it", Question(suits, ReleaseChoice("g-r4"))),
        Exhibit("answered earlier", Question(again, is_saved=True)),
        Exhibit("name of a part", QuestionHeading("About your week")),
        Exhibit("text to read", QuestionHeading("Think of the last seven days.", is_passage=True)),
        Exhibit("some done", Progress(5, 8)),
        Exhibit("none done, with a name", Progress(0, 8, "Your answers:")),
        Exhibit("all done", Progress(8, 8)),
        *(Exhibit(state.value, SaveStatus(state, is_scripted=False)) for state in SaveState),
    )


def _sign_in() -> tuple[Exhibit, ...]:
    password = Field("g-pass", "Password", FieldKind.PASSWORD, is_required=True)
    return (
        Exhibit("empty", SignInForm(Field("g-user", "Name", is_required=True), password)),
        Exhibit(
            "on somebody else’s device",
            SignInForm(
                Field("g-user-2", "Name", value="sam", is_required=True),
                Field("g-pass-2", "Password", FieldKind.PASSWORD, is_required=True),
                shared_device(is_ticked=True),
            ),
        ),
    )
