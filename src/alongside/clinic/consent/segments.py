"""The segments of a client's record: what can be shared or kept back, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


class RecordSegment(StrEnum):
    """One part of a record that a consent names."""

    ATTENDANCE = "attendance"
    IDENTITY = "identity"
    DIAGNOSIS = "diagnosis"
    MEDICATION = "medication"
    TOXICOLOGY = "toxicology"
    OUTCOMES = "outcomes"
    ALLIANCE = "alliance"
    PLAN = "plan"
    PROGRESS_NOTES = "progress_notes"
    MESSAGES = "messages"
    REWARDS = "rewards"
    CRISIS = "crisis"
    SEALED_NOTES = "sealed_notes"
    TRANSCRIPTS = "transcripts"


APART: Final = frozenset({RecordSegment.SEALED_NOTES, RecordSegment.TRANSCRIPTS})
"""Segments that need a consent of their own and never leave in one bundle with others."""

BUNDLED: Final = frozenset(RecordSegment) - APART

TITLES: Final[Mapping[RecordSegment, Promise]] = {
    RecordSegment.ATTENDANCE: gettext_lazy("Visits: when they were, and if they took place"),
    RecordSegment.IDENTITY: gettext_lazy("Name, record number, phone and e-mail"),
    RecordSegment.DIAGNOSIS: gettext_lazy("Diagnosis and substances"),
    RecordSegment.MEDICATION: gettext_lazy("Medicines"),
    RecordSegment.TOXICOLOGY: gettext_lazy("Drug and alcohol tests"),
    RecordSegment.OUTCOMES: gettext_lazy("Weekly checks, and what changed in them"),
    RecordSegment.ALLIANCE: gettext_lazy("How visits felt, and what was done about it"),
    RecordSegment.PLAN: gettext_lazy("Goals and plan"),
    RecordSegment.PROGRESS_NOTES: gettext_lazy("Notes on how treatment goes"),
    RecordSegment.MESSAGES: gettext_lazy("Messages"),
    RecordSegment.REWARDS: gettext_lazy("Rewards"),
    RecordSegment.CRISIS: gettext_lazy("Safety plan and crises"),
    RecordSegment.SEALED_NOTES: gettext_lazy("Sealed notes of what was talked about"),
    RecordSegment.TRANSCRIPTS: gettext_lazy("Talks written down word for word"),
}


def in_order(segments: frozenset[RecordSegment]) -> tuple[RecordSegment, ...]:
    """The segments as every list shows them."""
    return tuple(segment for segment in RecordSegment if segment in segments)
