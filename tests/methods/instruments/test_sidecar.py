"""The scoring sidecar: what it says, what is refused, and that it must fit its questionnaire."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from alongside.methods.instruments import errors
from alongside.methods.instruments.fhir_questionnaire import read_questionnaire
from alongside.methods.instruments.questionnaire import Questionnaire
from alongside.methods.instruments.scoring import (
    CutOff,
    Direction,
    InstrumentRole,
    ItemRole,
    Method,
    MissingRule,
    Norms,
    Reliability,
    ReliableChange,
    Respondent,
)
from alongside.methods.instruments.sidecar import read_scoring
from alongside.methods.instruments.sidecar_check import check_scoring, needs_attestation
from alongside.methods.vocabulary.translated import Translated

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"


def number(link_id: str, lowest: int, highest: int) -> dict:
    return {
        "linkId": link_id,
        "type": "integer",
        "text": "How much?",
        "extension": [
            {"url": STRUCTURE + "minValue", "valueInteger": lowest},
            {"url": STRUCTURE + "maxValue", "valueInteger": highest},
        ],
    }


def choice(link_id: str, *weights: float | None) -> dict:
    options = []
    for n, weight in enumerate(weights):
        option: dict = {"valueCoding": {"code": f"o{n}", "display": f"Option {n}"}}
        if weight is not None:
            option["extension"] = [{"url": STRUCTURE + "itemWeight", "valueDecimal": weight}]
        options.append(option)
    return {"linkId": link_id, "type": "choice", "text": "How often?", "answerOption": options}


QUESTIONNAIRE = {
    "resourceType": "Questionnaire",
    "url": "https://clinic.example/q",
    "version": "1",
    "status": "active",
    "title": "Your week",
    "item": [
        number("a", 1, 5),
        number("b", 1, 5),
        choice("c", 1, 2.5, 5),
        {"linkId": "flag", "type": "boolean", "text": "Was it wrong?"},
        {"linkId": "open", "type": "text", "text": "What else?"},
        {"linkId": "free", "type": "integer", "text": "How many?"},
        choice("unweighted", 1, None),
    ],
}


def part(link_id: str, key: int = 1) -> dict:
    return {"link_id": link_id, "key": key, "lowest": 1, "highest": 5}


def scale(name: str, *items: dict, **more: object) -> dict:
    return {
        "name": name,
        "title": {"en": "Total", "es": "Total"},
        "items": list(items),
        "method": "sum",
        "lowest": len(items),
        "highest": 5 * len(items),
        "direction": "lower_is_better",
        "minimum_answered": len(items),
        "missing_rule": "refuse",
        **more,
    }


SCORING = {
    "format": "alongside-scoring/1",
    "instrument": {"url": "https://clinic.example/q", "version": "1"},
    "role": "progress",
    "is_validated": True,
    "label": "Validated",
    "licence": "Free to use",
    "attestation_required": False,
    "sources": ["Somebody 1999, table 1"],
    "items": [
        {"link_id": "flag", "role": "respect_flag"},
        {"link_id": "a", "facet": "mood", "title": {"en": "Mood", "es": "Ánimo"}},
        {"link_id": "b", "facet": "mood"},
    ],
    "scales": [
        scale(
            "total",
            part("a"),
            part("b", -1),
            part("c"),
            is_main=True,
            cut_offs=[{"name": "clinical", "value": 10, "title": "Above", "source": "S"}],
            reliability={"value": 0.9, "kind": "internal consistency", "source": "S"},
            norms={"clinical_mean": 11, "clinical_sd": 2.5, "source": "S", "is_assumed": True},
            reliable_change={"value": 4, "source": "S"},
        ),
        scale("first", part("a"), subscale_of="total"),
        scale("rest", part("b", -1), part("c"), subscale_of="total"),
    ],
    "worked_examples": [
        {
            "answers": {"a": 5, "b": 1, "c": "o1"},
            "scores": {"total": 12.5, "first": 5, "rest": 7.5},
        },
        {"answers": {"a": 4}, "scores": {"total": None, "first": 4, "rest": None}},
    ],
}


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    return read_questionnaire(json.dumps(QUESTIONNAIRE))


def test_a_sidecar_holds_all_that_is_known_about_an_instrument(
    questionnaire: Questionnaire,
) -> None:
    scoring = read_scoring(json.dumps(SCORING).encode())
    check_scoring(questionnaire, scoring)
    assert scoring.role is InstrumentRole.PROGRESS
    assert scoring.respondent is Respondent.CLIENT
    assert scoring.is_validated
    main = scoring.main_scale
    assert main is not None
    assert main is scoring.scale("total")
    assert main.title.in_language("es") == "Total"
    assert (main.method, main.missing_rule) == (Method.SUM, MissingRule.REFUSE)
    assert main.direction is Direction.LOWER_IS_BETTER
    assert main.multiplier == Fraction(1)
    assert main.cut_offs == (CutOff("clinical", Decimal(10), Translated("Above"), "S"),)
    assert main.reliability == Reliability(Decimal("0.9"), "internal consistency", "S")
    assert main.norms == Norms("S", Decimal(11), Decimal("2.5"), is_assumed=True)
    assert main.reliable_change == ReliableChange(Decimal(4), "S")
    assert scoring.scale("nothing") is None


def test_the_clinic_finds_items_by_what_they_are_for() -> None:
    scoring = read_scoring(json.dumps(SCORING))
    assert scoring.item_with_role("respect_flag") == "flag"
    assert scoring.item_with_role(ItemRole.RELIEF) is None
    assert scoring.role_of("flag") is ItemRole.RESPECT_FLAG
    assert scoring.role_of("nobody") is None
    assert scoring.facets == ("mood",)
    assert scoring.items_with_facet("mood") == ("a", "b")
    assert (scoring.facet_of("a"), scoring.facet_of("flag")) == ("mood", "")
    assert scoring.facet_title("mood").in_language("es") == "Ánimo"
    assert scoring.facet_title("sleep") == Translated("sleep")


def test_somebodys_copyright_needs_an_attestation(questionnaire: Questionnaire) -> None:
    scoring = read_scoring(json.dumps(SCORING))
    assert not needs_attestation(questionnaire, scoring)
    owned = read_questionnaire(json.dumps({**QUESTIONNAIRE, "copyright": "The owner"}))
    assert needs_attestation(owned, scoring)
    licensed = read_scoring(json.dumps({**SCORING, "attestation_required": True}))
    assert needs_attestation(questionnaire, licensed)


def test_a_multiplier_may_be_written_as_a_fraction(questionnaire: Questionnaire) -> None:
    document = copy.deepcopy(SCORING)
    document["scales"] = [
        scale("total", part("a"), multiplier="10/3", lowest=3.3, highest=6.6, is_main=True)
    ]
    found = read_scoring(json.dumps(document)).main_scale
    assert found is not None
    assert found.multiplier == Fraction(10, 3)


Change = Callable[[dict], object]


def main(**fields: object) -> Change:
    return lambda d: d["scales"][0].update(fields)


def first_item(**fields: object) -> Change:
    return lambda d: d["scales"][0]["items"][0].update(fields)


UNREADABLE: list[tuple[str, Change, str]] = [
    ("other format", lambda d: d.update(format="x"), 'format must be "alongside-scoring/1"'),
    ("a key that nobody reads", main(missing_rul="x"), '"missing_rul" is no key of this part'),
    ("no scales", lambda d: d.update(scales=[]), "scales must not be empty"),
    ("no example", lambda d: d.pop("worked_examples"), "worked_examples must not be empty"),
    ("unknown role", lambda d: d.update(role="fun"), "alliance, progress, other"),
    ("no licence", lambda d: d.update(licence=" "), "licence must be a text"),
    ("attestation unsaid", lambda d: d.pop("attestation_required"), "must be true or false"),
    ("sources no list", lambda d: d.update(sources="S"), "sources must be a list of texts"),
    ("unknown method", main(method="median"), "sum, mean, pomp"),
    ("unknown missing rule", main(missing_rule="guess"), "refuse, prorate"),
    ("key of two", first_item(key=2), "key must be 1, or -1"),
    ("key as text", first_item(key="1"), "key must be a whole number"),
    ("range reversed", first_item(lowest=6), "lowest must be below highest"),
    ("reliability of one", lambda d: d["scales"][0]["reliability"].update(value=1), "0 and 1"),
    ("no spread", lambda d: d["scales"][0]["norms"].update(clinical_sd=0), "above 0"),
    ("figure without source", lambda d: d["scales"][0]["norms"].pop("source"), "source must be"),
    ("multiplier by zero", main(multiplier="1/0"), 'a fraction such as "10/7"'),
    ("multiplier as words", main(multiplier="ten"), 'a fraction such as "10/7"'),
    ("title without its language", main(title={"es": "Total"}), 'texts by language with "en"'),
    ("title of a number", main(title={"en": "Total", "es": 5}), "a text for each language"),
    ("answer of a list", lambda d: d["worked_examples"][0]["answers"].update(a=[]), "answer to"),
    ("item role", lambda d: d["items"][0].update(role="hero"), "respect_flag"),
]


@pytest.mark.parametrize(
    ("change", "says"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE]
)
def test_a_sidecar_that_cannot_be_read_is_refused(change: Change, says: str) -> None:
    document = copy.deepcopy(SCORING)
    change(document)
    with pytest.raises(errors.InvalidScoring) as refused:
        read_scoring(json.dumps(document))
    assert says in str(refused.value)
    assert "At scoring" in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[]", '{"role": "a", "role": "b"}', '{"x": NaN}', b"\xff"])
def test_a_sidecar_that_is_no_proper_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(errors.InvalidScoring):
        read_scoring(text)


UNFITTING: list[tuple[str, Change, str]] = [
    ("other version", lambda d: d["instrument"].update(version="2"), 'version "2"'),
    ("name twice", lambda d: d["scales"][1].update(name="total"), '"total" stands twice'),
    ("no main scale", main(is_main=False), "0 scales are is_main"),
    ("two main scales", lambda d: d["scales"][1].update(is_main=True), "2 scales are is_main"),
    ("unknown item", first_item(link_id="z"), 'has no question "z"'),
    ("item twice", first_item(link_id="b"), '"b" stands twice'),
    ("other range", first_item(highest=7), "said to go from 1 to 7"),
    ("no weight", first_item(link_id="unweighted"), 'the option "o1" of "unweighted" has no'),
    ("text item", first_item(link_id="open"), "answered with text"),
    ("number without limits", first_item(link_id="free"), "needs minValue and maxValue"),
    ("yes as 1 to 5", first_item(link_id="flag"), "its answers go from 0 to 1"),
    ("too many needed", main(minimum_answered=4), "between 1 and 3"),
    ("refuse with gaps", main(minimum_answered=2), "minimum_answered must be 3"),
    ("scale range", main(highest=20), "its items give 3 to 15"),
    ("mean range", main(method="mean"), "its items give 1 to 5"),
    ("no multiplier", main(multiplier=0), "multiplier must be above 0"),
    ("cut-off outside", lambda d: d["scales"][0]["cut_offs"][0].update(value=16), "outside"),
    ("subscale of nothing", lambda d: d["scales"][1].update(subscale_of="all"), '"all"'),
    ("subscales overlap", lambda d: d["scales"][1].update(
        scale("first", part("b", -1), subscale_of="total")), "in two of its subscales"),
    ("subscales leave a gap", lambda d: d["scales"].pop(), "do not have the same items"),
    ("use of nothing", lambda d: d["items"][0].update(link_id="z"), 'has no question "z"'),
    ("use twice", lambda d: d["items"][0].update(link_id="a"), '"a" stands twice'),
    ("role twice", lambda d: d["items"][1].update(role="respect_flag"), 'the role "respect_flag"'),
    ("role of a wrong type", lambda d: d["items"][1].update(role="open_question"),
     '"a" as open_question must be a string or text'),
    ("example of nothing", lambda d: d["worked_examples"][0]["answers"].update(z=1), '"z"'),
    ("example out of range", lambda d: d["worked_examples"][0]["answers"].update(a=6), "1 to 5"),
    ("example does not come out", lambda d: d["worked_examples"][0]["scores"].update(total=12),
     "12 is said"),
    ("example has too few", lambda d: d["worked_examples"][1]["scores"].update(total=8),
     "1 answered, 3 needed"),
    ("example leaves a scale out", lambda d: d["worked_examples"][0]["scores"].pop("rest"),
     "scores must name every scale"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"), [case[1:] for case in UNFITTING], ids=[case[0] for case in UNFITTING]
)
def test_a_sidecar_that_does_not_fit_its_questionnaire_is_refused(
    questionnaire: Questionnaire, change: Change, says: str
) -> None:
    document = copy.deepcopy(SCORING)
    change(document)
    scoring = read_scoring(json.dumps(document))
    with pytest.raises(errors.InvalidScoring) as refused:
        check_scoring(questionnaire, scoring)
    assert says in str(refused.value)


def test_unlike_ranges_are_not_prorated_by_sum() -> None:
    wide = {**QUESTIONNAIRE, "item": [number("a", 1, 5), number("b", 0, 10)]}
    document = copy.deepcopy(SCORING)
    document["items"] = []
    items = [part("a"), {"link_id": "b", "key": 1, "lowest": 0, "highest": 10}]
    fields = {"missing_rule": "prorate", "minimum_answered": 1, "is_main": True}
    document["worked_examples"] = [{"answers": {"a": 5, "b": 5}, "scores": {"total": 75}}]
    document["scales"] = [scale("total", *items, lowest=1, highest=15, **fields)]
    with pytest.raises(errors.InvalidScoring, match="use pomp"):
        check_scoring(read_questionnaire(json.dumps(wide)), read_scoring(json.dumps(document)))
    document["scales"] = [
        scale("total", *items, **{**fields, "method": "pomp", "lowest": 0, "highest": 100})
    ]
    check_scoring(read_questionnaire(json.dumps(wide)), read_scoring(json.dumps(document)))
