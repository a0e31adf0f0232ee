"""Refusals and missing results in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import NoResult


def sentence_of(told: AlongsideError | NoResult) -> str:
    """What went wrong, or what is lacking, as one translated sentence."""
    return gettext(told.sentence()).format(**told.fields)
