"""A client's own words under the questions that asked for them, with the therapist's answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.alliance.queries import ClientWords
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.you_said import YouSaid
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.sentences import told
from alongside.interfaces.therapist.forms import ChangeForm


@dataclass(frozen=True)
class WordsBlock:
    """A client's own words; with a form while they have no answer."""

    said: YouSaid
    seen: str
    action: str = ""
    question_id: str = ""
    change: Field | None = None
    button: Button | None = None


@dataclass(frozen=True)
class WordsGroup:
    """What a client wrote to one question, the latest first."""

    question: str
    words: tuple[WordsBlock, ...]


def words_by_question(
    words: Iterable[ClientWords], name: str, zone: ZoneInfo, bound: Mapping[int, ChangeForm]
) -> tuple[WordsGroup, ...]:
    """A client's words under the questions that asked for them, which stand there once."""
    groups: dict[str, list[WordsBlock]] = {}
    for each in words:
        groups.setdefault(told(each.question), []).append(_words_block(each, name, zone, bound))
    return tuple(WordsGroup(question, tuple(blocks)) for question, blocks in groups.items())


def _words_block(
    words: ClientWords, name: str, zone: ZoneInfo, bound: Mapping[int, ChangeForm]
) -> WordsBlock:
    """A client's words with the answer to them, or the form for one."""
    change = words.change
    said = YouSaid(
        quote=words.text,
        said_when=gettext("after the visit on {day}").format(
            day=long_date(words.visit.starts_at, zone)
        ),
        change=change.what_changes if change else "",
        changed_when=long_date(change.written_at, zone) if change else "",
        said_label=gettext("{name} wrote").format(name=name),
        changed_label=gettext("What will change"),
        waiting=gettext("No answer from you yet."),
    )
    if change is not None:
        seen = (
            gettext("{name} saw this on {day}.").format(
                name=name, day=long_date(change.seen_at, zone)
            )
            if change.seen_at
            else gettext("{name} has not seen this yet.").format(name=name)
        )
        return WordsBlock(said, seen)
    form = bound.get(words.answer.pk) or ChangeForm(prefix=f"words{words.answer.pk}")
    return WordsBlock(
        said,
        seen="",
        action=reverse("answer_words", args=[words.visit.public_id]),
        question_id=words.answer.link_id,
        change=Field.of(form["what_changes"], rows=2),
        button=Button(gettext("Tell {name}").format(name=name)),
    )
