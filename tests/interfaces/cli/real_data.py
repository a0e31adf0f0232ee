"""Instruments and mappings for public data sets, as a site would write them.

The wording of the instruments is not ours to ship, so the items carry neutral words made from the
names of the columns. Nothing of the data is kept here; tests that need it skip where it is absent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SHARED = next(
    (
        folder / "shared" / "data"
        for folder in Path(__file__).resolve().parents
        if (folder / "shared" / "data").is_dir()
    ),
    None,
)

RATINGS_URL = "https://site.example/Questionnaire/visit-ratings"
RATED = (
    "felt_heard_and_understood",
    "felt_respected",
    "gained_new_insights",
    "felt_hopeful_or_expectant",
    "concerns_were_addressed",
    "thought_through_concerns_together",
    "conversation_had_good_rhythm",
    "conversation_felt_comfortable",
    "felt_appropriate_and_satisfying",
    "conversation_was_valuable",
    "conversation_started_smoothly",
    "conversation_ended_well",
    "showed_acceptance_and_empathy",
    "provided_acknowledgment_and_affirmation",
    "asked_effective_questions",
    "summarized_key_points_effectively",
    "clarified_issues_cleraly",
    "helped_identify_goals",
    "offered_actionable_suggestions",
    "encouraged_and_instilled_hope",
)
FACETS = {
    "felt_heard_and_understood": "heard",
    "felt_respected": "respect",
    "conversation_felt_comfortable": "safety",
    "helped_identify_goals": "direction",
    "felt_appropriate_and_satisfying": "way_of_working",
}
FLAGS = ("harmful_due_to_ignorance", "other_potentially_unethical", "unwilling_to_continue")
TICKED = "チェックあり"

MOOD_URL = "https://site.example/Questionnaire/ces-d"
MOOD_ITEMS = tuple(f"F1{letter}" for letter in "ABCDEFGHIJKLMNOPQRST")
MOOD_REVERSED = frozenset({"F1D", "F1H", "F1L", "F1P"})


@dataclass(frozen=True)
class Site:
    """Files that a site has written for one data set."""

    data: Path
    questionnaire: Path
    scoring: Path
    mapping: Path


def rated_visits(folder: Path) -> Site:
    """The rated visits of trained counsellors; skips where they are absent."""
    data = _data("kokorochat/session_ratings.csv.gz")
    items = [
        *(_whole_number(name, 0, 5) for name in RATED),
        *({"linkId": name, "type": "boolean", "text": _words(name)} for name in FLAGS),
    ]
    uses = [
        *({"link_id": name, "facet": FACETS.get(name, name)} for name in RATED),
        {"link_id": "unwilling_to_continue", "role": "respect_flag"},
    ]
    scale = {
        "name": "whole_visit",
        "title": {"en": "The whole visit"},
        "items": [_scored(name, 1, 5) for name in RATED],
        "lowest": 0,
        "highest": 100,
        "direction": "higher_is_better",
        **_SUM_OF_ALL,
        "minimum_answered": len(RATED),
    }
    example = {
        "answers": {name: n % 6 for n, name in enumerate(RATED)},
        "scores": {"whole_visit": sum(n % 6 for n in range(len(RATED)))},
    }
    mapping = """
    ignore = ["topic_main", "n_utt", "n_couns", "chars_couns", "chars_client"]

    [columns]
    visit_id = "evaluation_id"
    client = "client_id"
    therapist = "counselor_id"
    starts_at = "start"
    ends_at = "end"
    submitted_at = "evaluation_created_at"
    total = "score"

    [prefixes]
    client = "client-"
    therapist = "counsellor-"

    [times]
    zone = "Asia/Tokyo"

    [total]
    scale = "whole_visit"
    """ + "".join(f'\n[values.{flag}]\n"{TICKED}" = "true"\n"" = "false"\n' for flag in FLAGS)
    return _site(
        folder / "visit-ratings",
        data,
        _questionnaire(RATINGS_URL, "Visit ratings", items),
        _sidecar(RATINGS_URL, "alliance", uses, scale, [example]),
        mapping,
    )


def mood_interviews(folder: Path) -> Site:
    """The CES-D interviews of the HELP trial; skips where they are absent.

    The trial gives months since its start; the day they are counted from is arbitrary.
    """
    data = _data("help_detox_trial/HELPfull.csv.gz")
    scale = {
        "name": "total",
        "title": {"en": "Total"},
        "items": [_scored(name, -1 if name in MOOD_REVERSED else 1, 3) for name in MOOD_ITEMS],
        "lowest": 0,
        "highest": 60,
        "direction": "lower_is_better",
        "cut_offs": [
            {"name": "at_risk", "value": 16, "title": {"en": "At risk"}, "source": _RADLOFF}
        ],
        "reliability": {"value": 0.9, "kind": "alpha", "source": _RADLOFF},
        "norms": {
            "source": _RADLOFF,
            "clinical_mean": 24.42,
            "clinical_sd": 13.51,
            "functional_mean": 9.25,
            "functional_sd": 8.58,
        },
        **_SUM_OF_ALL,
        "minimum_answered": len(MOOD_ITEMS),
    }
    examples = [
        {"answers": dict.fromkeys(MOOD_ITEMS, 0), "scores": {"total": 3 * len(MOOD_REVERSED)}},
        {"answers": dict.fromkeys(MOOD_ITEMS[:19], 1), "scores": {"total": None}},
    ]
    mapping = """
    ignore = "*"

    [columns]
    client = "ID"
    on = "TIME"
    total = "CES_D"

    [prefixes]
    client = "help-"

    [times]
    months_after = 2001-01-15
    zone = "America/New_York"
    """
    return _site(
        folder / "mood",
        data,
        _questionnaire(MOOD_URL, "Mood", [_whole_number(name, 0, 3) for name in MOOD_ITEMS]),
        _sidecar(MOOD_URL, "progress", [], scale, examples),
        mapping,
    )


_RADLOFF = "Radloff 1977, Applied Psychological Measurement 1(3), 385-401"
_SUM_OF_ALL = {"method": "sum", "missing_rule": "refuse", "is_main": True}


def _data(name: str) -> Path:
    if SHARED is None or not (SHARED / name).is_file():
        pytest.skip(f"the public data set {name} is not in ../shared/data")
    return SHARED / name


def _words(name: str) -> str:
    return f"Item {name.replace('_', ' ')}"


def _whole_number(name: str, lowest: int, highest: int) -> dict[str, Any]:
    limit = "http://hl7.org/fhir/StructureDefinition/"
    return {
        "linkId": name,
        "type": "integer",
        "text": _words(name),
        "extension": [
            {"url": f"{limit}minValue", "valueInteger": lowest},
            {"url": f"{limit}maxValue", "valueInteger": highest},
        ],
    }


def _scored(name: str, key: int, highest: int) -> dict[str, Any]:
    return {"link_id": name, "key": key, "lowest": 0, "highest": highest}


def _questionnaire(url: str, title: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "url": url,
        "version": "1",
        "title": title,
        "status": "active",
        "item": list(items),
    }


def _sidecar(
    url: str,
    role: str,
    uses: Sequence[dict[str, Any]],
    scale: dict[str, Any],
    examples: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "format": "alongside-scoring/1",
        "instrument": {"url": url, "version": "1"},
        "role": role,
        "is_validated": False,
        "label": {"en": "Site-made"},
        "licence": "for evaluation",
        "attestation_required": False,
        "sources": ["The documentation of the data set."],
        "items": list(uses),
        "scales": [scale],
        "worked_examples": list(examples),
    }


def _site(
    folder: Path, data: Path, questionnaire: dict[str, Any], scoring: dict[str, Any], mapping: str
) -> Site:
    folder.mkdir(parents=True)
    site = Site(
        data,
        folder / "questionnaire.json",
        folder / "scoring.json",
        folder / "mapping.toml",
    )
    site.questionnaire.write_text(json.dumps(questionnaire), encoding="utf-8")
    site.scoring.write_text(json.dumps(scoring), encoding="utf-8")
    site.mapping.write_text(mapping, encoding="utf-8")
    return site
