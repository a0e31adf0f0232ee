"""The options of a choice, from `answerOption` or from a value set inside the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from alongside.methods.instruments.documents import Document
from alongside.methods.instruments.errors import UnsupportedPart, WeightNotANumber
from alongside.methods.instruments.fhir_elements import STRUCTURE, Element, write_text
from alongside.methods.instruments.questionnaire import Option, OptionKind
from alongside.methods.vocabulary.translated import Translated

ITEM_WEIGHT = STRUCTURE + "itemWeight"
WEIGHTS = (
    ITEM_WEIGHT,
    STRUCTURE + "ordinalValue",
    STRUCTURE + "questionnaire-ordinalValue",
)


def parse_options(item: Element, value_sets: Mapping[str, Element]) -> tuple[Option, ...]:
    """The options of a choice, in their order.

    Raises: InvalidQuestionnaire, UnsupportedPart, WeightNotANumber.
    """
    if item.has("answerValueSet"):
        if item.has("answerOption"):
            raise item.refuse("answerOption and answerValueSet stand side by side. Keep one")
        options = [_concept(concept) for concept in _concepts(item, value_sets)]
    else:
        options = [_option(option) for option in item.elements("answerOption")]
    if not options:
        raise item.refuse("a choice needs options: give it answerOption")
    seen: set[str] = set()
    for option in options:
        if option.code in seen:
            raise item.refuse(f'the option "{option.code}" stands twice')
        seen.add(option.code)
    return tuple(options)


def write_option(option: Option) -> Document:
    """The option as an `answerOption` of FHIR R4."""
    written: Document = {}
    if option.kind is OptionKind.CODING:
        coding: Document = {"code": option.code}
        if option.system:
            coding["system"] = option.system
        write_text(coding, "display", option.display)
        written["valueCoding"] = coding
    elif option.kind is OptionKind.STRING:
        write_text(written, "valueString", option.display)
    else:
        written["valueInteger"] = int(option.code)
    if option.weight is not None:
        written["extension"] = [{"url": ITEM_WEIGHT, "valueDecimal": option.weight}]
    return written


def _option(option: Element) -> Option:
    if option.has("modifierExtension"):
        raise UnsupportedPart(
            path=option.path, what="modifierExtension", instead="Take it out of the questionnaire."
        )
    coding = option.element("valueCoding")
    if coding is not None:
        return _coded(coding, _weight(option, coding))
    if option.has("valueInteger"):
        code = str(option.integer("valueInteger"))
        return Option(code, Translated(code), _weight(option), OptionKind.INTEGER)
    text = option.translated("valueString")
    if not text.default:
        raise UnsupportedPart(
            path=option.path,
            what="an option that is no valueCoding, valueString or valueInteger",
            instead="Write it as a valueCoding with code and display.",
        )
    return Option(text.default, text, _weight(option), OptionKind.STRING)


def _concept(concept: Element) -> Option:
    return _coded(concept, _weight(concept))


def _coded(coding: Element, weight: Decimal | None) -> Option:
    code = coding.text("code")
    if not code:
        raise coding.refuse("an option needs a code")
    display = coding.translated("display")
    if not display.default:
        display = Translated(code, display.translations)
    return Option(code, display, weight, OptionKind.CODING, coding.text("system"))


def _weight(*places: Element) -> Decimal | None:
    found: list[Decimal] = []
    for place in places:
        for extension in place.elements("extension"):
            if extension.content.get("url") in WEIGHTS:
                weight = extension.content.get(
                    "valueDecimal", extension.content.get("valueInteger")
                )
                if isinstance(weight, bool) or not isinstance(weight, int | Decimal):
                    raise WeightNotANumber(path=place.path, weight=repr(weight))
                found.append(Decimal(weight))
    if len(set(found)) > 1:
        raise places[0].refuse("an option has two different weights")
    return found[0] if found else None


def _concepts(item: Element, value_sets: Mapping[str, Element]) -> Iterable[Element]:
    reference = item.text("answerValueSet")
    value_set = value_sets.get(reference.removeprefix("#")) if reference[:1] == "#" else None
    concepts = _listed(value_set) if value_set else ()
    if not concepts:
        raise UnsupportedPart(
            path=item.path,
            what=f'the value set "{reference}", which this file does not list in full,',
            instead="Write its options as answerOption.",
        )
    return concepts


def _listed(value_set: Element) -> tuple[Element, ...]:
    """Every concept of a value set that lists them one by one; none where it does not."""
    expansion = value_set.element("expansion")
    if expansion is not None:
        contained = expansion.elements("contains")
        return () if any(concept.has("contains") for concept in contained) else contained
    compose = value_set.element("compose")
    if compose is None or compose.has("exclude"):
        return ()
    concepts: list[Element] = []
    for include in compose.elements("include"):
        if include.has("filter") or include.has("valueSet") or not include.has("concept"):
            return ()
        system = include.text("system")
        for concept in include.elements("concept"):
            concepts.append(Element({"system": system, **concept.content}, concept.path))
    return tuple(concepts)
