"""What a FHIR R4 questionnaire may hold, and what becomes of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from alongside.methods.instruments.documents import Document, read_document
from alongside.methods.instruments.fhir_questionnaire import (
    SCALE_ANCHORS,
    parse_questionnaire,
    read_questionnaire,
)
from alongside.methods.instruments.questionnaire import (
    Coding,
    EnableBehavior,
    EnableWhen,
    Item,
    ItemType,
    Operator,
    OptionKind,
    Questionnaire,
)
from alongside.methods.vocabulary.translated import Translated

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"


def translation(language: str, text: str) -> Document:
    extension = [
        {"url": "lang", "valueCode": language},
        {"url": "content", "valueString": text},
    ]
    return {"extension": [{"url": STRUCTURE + "translation", "extension": extension}]}


def questionnaire_of(*items: Document, **more: object) -> Questionnaire:
    return parse_questionnaire(
        {
            "resourceType": "Questionnaire",
            "status": "active",
            "title": "Your week",
            "item": list(items),
            **more,
        }
    )


def only_item(**fields: object) -> Item:
    return questionnaire_of({"linkId": "q", "text": "How was it?", **fields}).items[0]


def test_a_questionnaire_keeps_what_names_it() -> None:
    questionnaire = questionnaire_of(
        {"linkId": "q", "type": "boolean", "text": "Did it help?"},
        url="https://clinic.example/q",
        version="2",
        language="en",
        copyright="The owner",
        _title=translation("es", "Su semana"),
    )
    assert (questionnaire.url, questionnaire.version) == ("https://clinic.example/q", "2")
    assert (questionnaire.language, questionnaire.copyright) == ("en", "The owner")
    assert questionnaire.title.in_language("es") == "Su semana"


def test_a_text_is_read_in_the_nearest_language() -> None:
    text = Translated.of("hello", {"es": "hola", "es-MX": "qué onda", "pt-BR": "oi"})
    assert text.in_language("es-MX") == "qué onda"
    assert text.in_language("es_mx") == "qué onda"
    assert text.in_language("es-AR") == "hola"
    assert text.in_language("pt") == "hello"
    assert text.in_language("en") == "hello"
    assert text.languages == ("es", "es-MX", "pt-BR")


def test_a_number_has_its_range_its_ends_and_boxes_to_tap() -> None:
    ends = [
        {"url": "low", "valueString": "None", "_valueString": translation("es", "Nada")},
        {"url": "high", "valueString": "All"},
    ]
    item = only_item(
        type="integer",
        extension=[
            {"url": STRUCTURE + "minValue", "valueInteger": -5},
            {"url": STRUCTURE + "maxValue", "valueInteger": 5},
            {"url": SCALE_ANCHORS, "extension": ends},
        ],
    )
    assert item.boxes == tuple(range(-5, 6))
    assert item.low_label == Translated.of("None", {"es": "Nada"})
    assert item.high_label == Translated("All")


@pytest.mark.parametrize(("highest", "n_boxes"), [(11, 12), (12, 0)])
def test_more_than_twelve_numbers_are_not_drawn_as_boxes(highest: int, n_boxes: int) -> None:
    item = Item("q", ItemType.INTEGER, lowest=0, highest=highest)
    assert len(item.boxes) == n_boxes


def test_a_decimal_keeps_its_limits_exactly() -> None:
    text = """{"resourceType": "Questionnaire", "status": "draft", "title": "t", "item": [
        {"linkId": "q", "text": "How many hours?", "type": "decimal", "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDecimal": 0.10}]}]}"""
    for file in (text, text.encode(), b"\xef\xbb\xbf" + text.encode(), "\ufeff" + text):
        item = read_questionnaire(file).items[0]
        assert (item.lowest, item.highest) == (None, Decimal("0.1"))


@pytest.mark.parametrize("url", ["itemWeight", "ordinalValue", "questionnaire-ordinalValue"])
@pytest.mark.parametrize("inside", [True, False], ids=["on the coding", "on the option"])
def test_a_weight_is_read_by_its_new_and_its_older_names(url: str, inside: bool) -> None:
    weight = [{"url": STRUCTURE + url, "valueDecimal": Decimal("1.5")}]
    coding: Document = {"system": "http://loinc.org", "code": "LA1", "display": "Often"}
    option: Document = {"valueCoding": coding}
    (coding if inside else option)["extension"] = weight
    found = only_item(type="choice", answerOption=[option]).options[0]
    assert (found.code, found.weight, found.system) == ("LA1", Decimal("1.5"), "http://loinc.org")


def test_an_option_may_be_a_text_or_a_number() -> None:
    item = only_item(
        type="choice",
        answerOption=[
            {"valueString": "often", "_valueString": translation("es", "a menudo")},
            {"valueInteger": 3},
        ],
    )
    often, three = item.options
    assert (often.code, often.kind, often.counts) == ("often", OptionKind.STRING, None)
    assert often.display.in_language("es") == "a menudo"
    assert (three.code, three.kind, three.counts) == ("3", OptionKind.INTEGER, Decimal(3))


@pytest.mark.parametrize("part", ["compose", "expansion"])
def test_the_options_of_a_value_set_in_the_same_file_are_read(part: str) -> None:
    concept = {
        "code": "a",
        "display": "Always",
        "extension": [{"url": STRUCTURE + "ordinalValue", "valueDecimal": 4}],
    }
    listed = {
        "compose": {"include": [{"system": "s", "concept": [concept]}]},
        "expansion": {"contains": [{"system": "s", **concept}]},
    }
    questionnaire = questionnaire_of(
        {"linkId": "q", "type": "choice", "text": "How often?", "answerValueSet": "#often"},
        contained=[{"resourceType": "ValueSet", "id": "often", part: listed[part]}],
    )
    option = questionnaire.items[0].options[0]
    assert (option.code, option.display.default, option.system) == ("a", "Always", "s")
    assert option.weight == 4


def test_groups_nest_and_every_question_is_found() -> None:
    inner = {"linkId": "q", "type": "text", "text": "What helped?", "maxLength": 200}
    note = {"linkId": "note", "type": "display", "text": "Take your time."}
    group = {"linkId": "inner", "type": "group", "item": [note, inner]}
    questionnaire = questionnaire_of({"linkId": "outer", "type": "group", "item": [group]})
    assert [item.link_id for item in questionnaire.all_items] == ["outer", "inner", "note", "q"]
    assert [item.link_id for item in questionnaire.questions] == ["q"]
    assert questionnaire.question("q").max_length == 200


def test_conditions_codes_and_marks_are_kept() -> None:
    questionnaire = questionnaire_of(
        {"linkId": "a", "type": "integer", "text": "How many?", "required": True},
        {
            "linkId": "b",
            "type": "string",
            "text": "Which?",
            "prefix": "2.",
            "code": [{"system": "http://loinc.org", "code": "1-8", "display": "which"}],
            "enableWhen": [
                {"question": "a", "operator": ">=", "answerInteger": 1},
                {"question": "a", "operator": "exists", "answerBoolean": True},
            ],
            "enableBehavior": "any",
        },
    )
    first, second = questionnaire.items
    assert first.required
    assert second.prefix == "2."
    assert second.code == (Coding("http://loinc.org", "1-8", "which"),)
    assert second.enable_behavior is EnableBehavior.ANY
    assert second.enable_when == (
        EnableWhen("a", Operator.AT_LEAST, 1),
        EnableWhen("a", Operator.EXISTS, True),
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"readOnly": True},
        {"extension": [{"url": STRUCTURE + "questionnaire-hidden", "valueBoolean": True}]},
        {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
                    "sdc-questionnaire-calculatedExpression",
                    "valueExpression": {"language": "text/fhirpath", "expression": "1"},
                },
                {
                    "url": STRUCTURE + "questionnaire-unit",
                    "valueCoding": {"code": "{score}"},
                },
            ]
        },
    ],
    ids=["readOnly", "hidden", "calculated"],
)
def test_a_question_that_other_software_fills_is_never_asked(fields: Document) -> None:
    questionnaire = questionnaire_of(
        {"linkId": "asked", "type": "boolean", "text": "Did it help?"},
        {"linkId": "total", "type": "integer", "text": "Total", **fields},
    )
    assert [question.link_id for question in questionnaire.questions] == ["asked"]


def test_extensions_about_looks_are_left_out() -> None:
    looks = {"url": STRUCTURE + "questionnaire-choiceOrientation", "valueCode": "horizontal"}
    assert only_item(type="boolean", extension=[looks]) == only_item(type="boolean")


def test_a_number_is_written_alike_however_it_was_written() -> None:
    from alongside.methods.instruments.documents import canonical_json, fingerprint

    written = [canonical_json(read_document(f'{{"b": {n}, "a": null}}')) for n in ("7", "7.00")]
    assert written == ['{"a":null,"b":7}'] * 2
    assert canonical_json({"x": 0.1, "y": Decimal("-0.0"), "z": [Decimal("1E+3"), True]}) == (
        '{"x":0.1,"y":0,"z":[1000,true]}'
    )
    assert len(fingerprint({"x": 1})) == 64
