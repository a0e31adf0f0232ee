"""Every way in which a questionnaire file can be wrong, and what the person who loads it reads."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable

import pytest

from alongside.methods.instruments import errors
from alongside.methods.instruments.documents import LARGEST_DOCUMENT
from alongside.methods.instruments.fhir_questionnaire import read_questionnaire

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"

GOOD = {
    "resourceType": "Questionnaire",
    "status": "active",
    "title": "Your week",
    "item": [
        {"linkId": "yes", "type": "boolean", "text": "Did it help?"},
        {
            "linkId": "number",
            "type": "integer",
            "text": "How many?",
            "extension": [
                {"url": STRUCTURE + "minValue", "valueInteger": 0},
                {"url": STRUCTURE + "maxValue", "valueInteger": 7},
            ],
        },
        {
            "linkId": "choice",
            "type": "choice",
            "text": "How often?",
            "answerOption": [
                {"valueCoding": {"code": "a", "display": "Always"}},
                {"valueCoding": {"code": "n", "display": "Never"}},
            ],
        },
        {
            "linkId": "why",
            "type": "text",
            "text": "Why?",
            "enableWhen": [{"question": "yes", "operator": "=", "answerBoolean": False}],
        },
        {
            "linkId": "group",
            "type": "group",
            "item": [{"linkId": "inside", "type": "string", "text": "What?"}],
        },
    ],
}

Change = Callable[[dict], object]


def test_the_questionnaire_that_the_others_are_made_from_is_good() -> None:
    assert len(read_questionnaire(json.dumps(GOOD)).questions) == 5


def extend(n: int, extension: dict) -> Change:
    return lambda d: d["item"][n].setdefault("extension", []).append(extension)


def put(n: int, **fields: object) -> Change:
    return lambda d: d["item"][n].update(fields)


def condition(**fields: object) -> Change:
    return lambda d: d["item"][3].update(enableWhen=[fields])


def nest(levels: int) -> Change:
    def change(document: dict) -> None:
        items = document["item"]
        for n in range(levels):
            items.append({"linkId": f"g{n}", "type": "group", "item": []})
            items = items[-1]["item"]
        items.append({"linkId": "deep", "type": "boolean", "text": "Here?"})

    return change


def many(n: int) -> Change:
    return lambda d: d["item"].extend(
        {"linkId": f"q{i}", "type": "boolean", "text": "?"} for i in range(n)
    )


CASES: list[tuple[str, Change, type[errors.InvalidQuestionnaire], str]] = [
    (
        "not a questionnaire",
        lambda d: d.update(resourceType="Patient"),
        errors.InvalidQuestionnaire,
        "resourceType",
    ),
    ("no title", lambda d: d.pop("title"), errors.InvalidQuestionnaire, "title"),
    (
        "no status",
        lambda d: d.pop("status"),
        errors.InvalidQuestionnaire,
        "status must be one of draft",
    ),
    ("asks nothing", lambda d: d.update(item=[]), errors.InvalidQuestionnaire, "asks nothing"),
    (
        "items are no list",
        lambda d: d.update(item={"linkId": "x"}),
        errors.InvalidQuestionnaire,
        "item must be a list",
    ),
    (
        "an item is no object",
        lambda d: d["item"].append("x"),
        errors.InvalidQuestionnaire,
        "item must be a list of objects",
    ),
    ("text is a number", put(0, text=5), errors.InvalidQuestionnaire, "text must be a text"),
    (
        "required is a text",
        put(0, required="yes"),
        errors.InvalidQuestionnaire,
        "required must be true or false",
    ),
    (
        "no linkId",
        lambda d: d["item"][0].pop("linkId"),
        errors.InvalidQuestionnaire,
        "linkId must have",
    ),
    ("long linkId", put(0, linkId="x" * 256), errors.InvalidQuestionnaire, "linkId must have"),
    ("linkId twice", put(1, linkId="yes"), errors.DuplicateLinkId, '"yes" stands twice'),
    (
        "linkId twice across groups",
        lambda d: d["item"][4]["item"][0].update(linkId="yes"),
        errors.DuplicateLinkId,
        '"yes" stands twice',
    ),
    ("no words", put(0, text=" "), errors.InvalidQuestionnaire, 'item "yes": it has no text'),
    (
        "unknown type",
        put(0, type="colour"),
        errors.UnsupportedPart,
        'the type "colour" is not supported. Use one of',
    ),
    ("reference", put(0, type="reference"), errors.UnsupportedPart, 'the type "reference"'),
    ("attachment", put(0, type="attachment"), errors.UnsupportedPart, 'the type "attachment"'),
    ("open choice", put(2, type="open-choice"), errors.UnsupportedPart, "a text question"),
    ("repeats", put(2, repeats=True), errors.UnsupportedPart, "more than one answer"),
    (
        "item below a question",
        put(0, item=[{"linkId": "z", "type": "boolean", "text": "?"}]),
        errors.UnsupportedPart,
        "an item below a question",
    ),
    ("empty group", put(4, item=[]), errors.InvalidQuestionnaire, "a group needs items"),
    (
        "modifier",
        lambda d: d.update(modifierExtension=[{"url": "x"}]),
        errors.UnsupportedPart,
        "modifierExtension",
    ),
    (
        "computed condition",
        extend(3, {"url": SDC + "enableWhenExpression"}),
        errors.UnsupportedPart,
        "Write the condition as enableWhen",
    ),
    (
        "computed options",
        extend(2, {"url": SDC + "answerExpression"}),
        errors.UnsupportedPart,
        "answerOption",
    ),
    (
        "unit",
        extend(1, {"url": STRUCTURE + "questionnaire-unit"}),
        errors.UnsupportedPart,
        "a unit",
    ),
    ("no options", put(2, answerOption=[]), errors.InvalidQuestionnaire, "a choice needs options"),
    (
        "options on a number",
        put(1, answerOption=[{"valueInteger": 1}]),
        errors.InvalidQuestionnaire,
        "only a choice has options",
    ),
    (
        "option twice",
        put(2, answerOption=[{"valueString": "a"}, {"valueString": "a"}]),
        errors.InvalidQuestionnaire,
        'the option "a" stands twice',
    ),
    (
        "option without code",
        put(2, answerOption=[{"valueCoding": {"display": "Always"}}]),
        errors.InvalidQuestionnaire,
        "an option needs a code",
    ),
    (
        "option of a date",
        put(2, answerOption=[{"valueDate": "2020-01-01"}]),
        errors.UnsupportedPart,
        "an option that is no valueCoding",
    ),
    (
        "value set elsewhere",
        lambda d: (
            d["item"][2].pop("answerOption"),
            d["item"][2].update(answerValueSet="http://x/vs"),
        ),
        errors.UnsupportedPart,
        'the value set "http://x/vs"',
    ),
    (
        "options twice over",
        put(2, answerValueSet="#x"),
        errors.InvalidQuestionnaire,
        "side by side",
    ),
    (
        "weight is a text",
        lambda d: d["item"][2]["answerOption"][0].update(
            extension=[{"url": STRUCTURE + "itemWeight", "valueDecimal": "4"}]
        ),
        errors.WeightNotANumber,
        "the weight '4' of an option must be a number",
    ),
    (
        "weight is missing",
        lambda d: d["item"][2]["answerOption"][0].update(
            extension=[{"url": STRUCTURE + "ordinalValue"}]
        ),
        errors.WeightNotANumber,
        "must be a number",
    ),
    (
        "two weights",
        lambda d: d["item"][2]["answerOption"][0].update(
            extension=[
                {"url": STRUCTURE + "itemWeight", "valueDecimal": 1},
                {"url": STRUCTURE + "ordinalValue", "valueDecimal": 2},
            ]
        ),
        errors.InvalidQuestionnaire,
        "two different weights",
    ),
    (
        "range reversed",
        lambda d: d["item"][1]["extension"][0].update(valueInteger=8),
        errors.RangeReversed,
        "minValue 8 is above maxValue 7",
    ),
    (
        "two lowest",
        extend(1, {"url": STRUCTURE + "minValue", "valueInteger": 2}),
        errors.InvalidQuestionnaire,
        "stands twice",
    ),
    (
        "half a whole number",
        lambda d: d["item"][1]["extension"][0].update(valueInteger=0.5),
        errors.InvalidQuestionnaire,
        "must be a whole number",
    ),
    (
        "lowest as a date",
        lambda d: d["item"][1].update(
            extension=[{"url": STRUCTURE + "minValue", "valueDate": "2020"}]
        ),
        errors.InvalidQuestionnaire,
        "needs valueInteger or valueDecimal",
    ),
    (
        "range of a text",
        extend(3, {"url": STRUCTURE + "minValue", "valueInteger": 2}),
        errors.InvalidQuestionnaire,
        "does not go with a text",
    ),
    (
        "length of nothing",
        put(3, maxLength=0),
        errors.InvalidQuestionnaire,
        "maxLength must be 1 or more",
    ),
    (
        "length is a text",
        put(3, maxLength="9"),
        errors.InvalidQuestionnaire,
        "maxLength must be a whole number",
    ),
    (
        "unknown question",
        condition(question="zz", operator="=", answerBoolean=True),
        errors.UnknownConditionItem,
        'waits for "zz"',
    ),
    (
        "waits for a group",
        condition(question="group", operator="exists", answerBoolean=True),
        errors.UnknownConditionItem,
        'waits for "group"',
    ),
    (
        "waits for itself",
        condition(question="why", operator="exists", answerBoolean=True),
        errors.ConditionCycle,
        '"why"',
    ),
    (
        "circle",
        lambda d: (
            d["item"][3].update(
                enableWhen=[{"question": "inside", "operator": "exists", "answerBoolean": True}]
            ),
            d["item"][4].update(
                enableWhen=[{"question": "why", "operator": "exists", "answerBoolean": True}]
            ),
        ),
        errors.ConditionCycle,
        "wait for each other",
    ),
    (
        "group waits for its own question",
        put(4, enableWhen=[{"question": "inside", "operator": "exists", "answerBoolean": True}]),
        errors.ConditionCycle,
        '"inside"',
    ),
    (
        "no operator",
        condition(question="yes", answerBoolean=True),
        errors.InvalidQuestionnaire,
        "the operator",
    ),
    (
        "two answers",
        condition(question="yes", operator="=", answerBoolean=True, answerInteger=1),
        errors.InvalidQuestionnaire,
        "exactly one answer[x]",
    ),
    (
        "waits for a date",
        condition(question="yes", operator="=", answerDate="2020"),
        errors.UnsupportedPart,
        "a condition with answerDate",
    ),
    (
        "number for a yes",
        condition(question="yes", operator="=", answerInteger=1),
        errors.InvalidQuestionnaire,
        "use answerBoolean",
    ),
    (
        "yes for a number",
        condition(question="number", operator="=", answerBoolean=True),
        errors.InvalidQuestionnaire,
        "not answered with yes or no",
    ),
    (
        "text for a number",
        condition(question="number", operator="=", answerString="1"),
        errors.InvalidQuestionnaire,
        "answered with a number",
    ),
    (
        "number for a text",
        condition(question="inside", operator="=", answerInteger=1),
        errors.InvalidQuestionnaire,
        "use answerString",
    ),
    (
        "no such option",
        condition(question="choice", operator="=", answerCoding={"code": "x"}),
        errors.InvalidQuestionnaire,
        'has no option "x"',
    ),
    (
        "options have no order",
        condition(question="choice", operator=">", answerCoding={"code": "a"}),
        errors.InvalidQuestionnaire,
        "have no order",
    ),
    (
        "exists needs yes or no",
        condition(question="choice", operator="exists", answerString="a"),
        errors.InvalidQuestionnaire,
        "exists needs answerBoolean",
    ),
    (
        "all or any",
        lambda d: d["item"][3]["enableWhen"].append(
            {"question": "yes", "operator": "exists", "answerBoolean": True}
        ),
        errors.InvalidQuestionnaire,
        "need enableBehavior",
    ),
    (
        "neither all nor any",
        put(3, enableBehavior="some"),
        errors.InvalidQuestionnaire,
        '"all" or "any"',
    ),
    ("too deep", nest(9), errors.TooDeep, "more than 8 levels"),
    ("far too deep", nest(40), errors.TooDeep, "more than 60 levels"),
    ("too many", many(2_000), errors.TooManyItems, "more than 2000 items"),
    (
        "translation without language",
        put(
            0,
            _text={
                "extension": [
                    {
                        "url": STRUCTURE + "translation",
                        "extension": [{"url": "content", "valueString": "x"}],
                    }
                ]
            },
        ),
        errors.InvalidQuestionnaire,
        "a translation needs lang",
    ),
    (
        "half an anchor",
        extend(
            1,
            {
                "url": "https://alongside.example/fhir/StructureDefinition/scale-anchors",
                "extension": [{"url": "low", "valueString": "x"}],
            },
        ),
        errors.InvalidQuestionnaire,
        "need low and high",
    ),
    ("control character", put(0, text="a\x00b"), errors.UnreadableCharacter, "control character"),
    ("half a character", put(0, text="a\ud800b"), errors.UnreadableCharacter, "half a character"),
]


@pytest.mark.parametrize(
    ("change", "error", "says"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_bad_questionnaire_is_refused_with_the_place_and_the_reason(
    change: Change, error: type[errors.InvalidQuestionnaire], says: str
) -> None:
    document = copy.deepcopy(GOOD)
    change(document)
    with pytest.raises(errors.InvalidQuestionnaire) as refused:
        read_questionnaire(json.dumps(document))
    assert type(refused.value) is error
    assert says in str(refused.value)
    assert "{" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", errors.NotJson, "line 1, column 1"),
        ('{"title": "x",\n "item": [}', errors.NotJson, "line 2, column 11"),
        ("[1, 2]", errors.NotADocument, "holds a list"),
        ("null", errors.NotADocument, "holds null"),
        ("7", errors.NotADocument, "holds a number"),
        (b'{"title": "caf\xe9"}', errors.NotText, "byte 14"),
        ('{"title": "a", "title": "b"}', errors.DuplicateKey, '"title" stands twice'),
        ('{"item": [{"linkId": "a", "linkId": "a"}]}', errors.DuplicateKey, '"linkId"'),
        ('{"x": NaN}', errors.NotANumber, "NaN"),
        ('{"x": -Infinity}', errors.NotANumber, "-Infinity"),
        ('{"x": 1e400}', errors.NotANumber, "1e400"),
        ('{"x": 0.1234567890123456789}', errors.NotANumber, "18 digits"),
        ('{"x": ' + "9" * 5_000 + "}", errors.NotANumber, "999"),
        ("[" * 100_000, errors.TooDeep, "levels deep"),
        ('{"x": "' + "é" * (LARGEST_DOCUMENT // 2) + '"}', errors.TooLarge, "1000000"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_is_no_proper_json_is_refused(
    text: str | bytes, error: type[errors.InvalidQuestionnaire], says: str
) -> None:
    with pytest.raises(errors.InvalidQuestionnaire) as refused:
        read_questionnaire(text)
    assert type(refused.value) is error
    assert says in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_long_chain_of_conditions_is_still_read() -> None:
    document = copy.deepcopy(GOOD)
    chain = document["item"]
    for n in range(1_500):
        before = f"c{n - 1}" if n else "yes"
        wait = [{"question": before, "operator": "=", "answerBoolean": True}]
        chain.append({"linkId": f"c{n}", "type": "boolean", "text": "?", "enableWhen": wait})
    assert len(read_questionnaire(json.dumps(document)).questions) == 1_505
