"""Sentences that every audience shares: refusals, missing results, how rare something is."""

from __future__ import annotations

from django.utils.translation import get_language, gettext, ngettext

from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.natural_frequency import RAREST
from alongside.methods.vocabulary.results import Spoken
from alongside.methods.vocabulary.translated import Translated


def sentence_of(told: AlongsideError | Spoken) -> str:
    """What went wrong, what is lacking or what stands out, as one translated sentence."""
    return gettext(told.sentence()).format(**told.fields)


def rarity_sentences(one_in: int, n_before: int) -> str:
    """How rare a visit like this is by chance, and on how many earlier visits that rests."""
    chance = (
        gettext("About 1 in {one_in} visits look like this by chance.")
        if one_in < RAREST
        else gettext("Fewer than 1 in {one_in} visits look like this by chance.")
    )
    rests = ngettext(
        "Rests on {n} earlier visit.", "Rests on {n} earlier visits.", n_before
    ).format(n=n_before)
    return f"{chance.format(one_in=min(one_in, RAREST))} {rests}"


def told(text: Translated | None) -> str:
    """An instrument's own text in the reader's language."""
    return text.in_language(get_language() or "en") if text else ""
