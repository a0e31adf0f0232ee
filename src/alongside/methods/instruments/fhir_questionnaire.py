"""FHIR R4 `Questionnaire` JSON, read into a questionnaire and written from one.

Everything that would change what a person is asked, or what an answer counts, is either
understood or refused with the place and the way out. Extensions that only change the looks are
left out, and so are values filled in beforehand, which would answer for the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from alongside.methods.instruments.documents import Document, read_document
from alongside.methods.instruments.errors import (
    DuplicateLinkId,
    RangeReversed,
    TooDeep,
    TooManyItems,
    UnsupportedPart,
)
from alongside.methods.instruments.fhir_conditions import (
    parse_behavior,
    parse_conditions,
    write_condition,
)
from alongside.methods.instruments.fhir_elements import SDC, STRUCTURE, Element, write_text
from alongside.methods.instruments.fhir_options import parse_options, write_option
from alongside.methods.instruments.questionnaire import (
    Coding,
    Item,
    ItemType,
    Option,
    Questionnaire,
)
from alongside.methods.vocabulary.translated import NO_TEXT, Translated

MOST_ITEMS = 2_000
DEEPEST_ITEM = 8
LONGEST_LINK_ID = 255

SCALE_ANCHORS = "https://alongside.example/fhir/StructureDefinition/scale-anchors"
"""Our extension on a number: `low` and `high`, each a valueString that says what the end means."""

UNIT = STRUCTURE + "questionnaire-unit"
MIN_VALUE, MAX_VALUE = STRUCTURE + "minValue", STRUCTURE + "maxValue"

_STATUSES = ("draft", "active", "retired", "unknown")
_NUMBERS = (ItemType.INTEGER, ItemType.DECIMAL)
_TEXTS = (ItemType.STRING, ItemType.TEXT)
_FILLED_ELSEWHERE = (SDC + "calculatedExpression", STRUCTURE + "questionnaire-hidden")

_INSTEAD_OF_TYPE = {
    "open-choice": "Write a choice with an option for anything else, and a text question that is "
    "shown when it is chosen.",
    "coding": "Write it as a choice with answerOption, as FHIR R4 does.",
    "quantity": "Write it as a decimal with the unit in the text of the question.",
    "date": "Ask for a number of days, or for a text.",
    "dateTime": "Ask for a number of hours or days, or for a text.",
    "time": "Ask for a number of hours, or for a text.",
}
_INSTEAD_OF_EXTENSION = {
    SDC + "enableWhenExpression": "Write the condition as enableWhen.",
    SDC + "answerExpression": "Write the options as answerOption.",
    SDC + "candidateExpression": "Write the options as answerOption.",
}


def read_questionnaire(text: str | bytes) -> Questionnaire:
    """The questionnaire in a FHIR R4 JSON file.

    Raises: InvalidQuestionnaire, of which every kind says what to do.
    """
    return parse_questionnaire(read_document(text))


def parse_questionnaire(document: Document) -> Questionnaire:
    """The questionnaire in a FHIR R4 document that `read_document` has read.

    Raises: InvalidQuestionnaire.
    """
    root = Element(document, "Questionnaire")
    if root.text("resourceType") != "Questionnaire":
        raise root.refuse('resourceType must be "Questionnaire"')
    _refuse_modifiers(root)
    title = root.translated("title")
    if not title.default:
        raise root.refuse("it needs a title: a short one that gives nothing away")
    if root.text("status") not in _STATUSES:
        raise root.refuse(f"status must be one of {', '.join(_STATUSES)}")
    value_sets = {
        contained.text("id"): contained
        for contained in root.elements("contained")
        if contained.text("resourceType") == "ValueSet"
    }
    items = _Reading(value_sets).items(root, depth=1)
    questionnaire = Questionnaire(
        url=root.text("url"),
        version=root.text("version"),
        title=title,
        status=root.text("status"),
        items=items,
        language=root.text("language"),
        copyright=root.text("copyright"),
    )
    if not questionnaire.questions:
        raise root.refuse("it asks nothing: give it at least one question")
    return questionnaire


def write_questionnaire(questionnaire: Questionnaire) -> Document:
    """The questionnaire as a FHIR R4 document; `canonical_json` writes its decimals exactly."""
    document: Document = {"resourceType": "Questionnaire", "status": questionnaire.status}
    for key in ("url", "version", "language", "copyright"):
        if value := getattr(questionnaire, key):
            document[key] = value
    write_text(document, "title", questionnaire.title)
    document["item"] = [_write_item(questionnaire, item) for item in questionnaire.items]
    return document


@dataclass
class _Reading:
    """The state of reading one document: what was seen so far."""

    value_sets: Mapping[str, Element]
    link_ids: set[str] = field(default_factory=set)

    def items(self, parent: Element, depth: int) -> tuple[Item, ...]:
        if parent.has("item") and depth > DEEPEST_ITEM:
            raise TooDeep(limit=DEEPEST_ITEM, path=parent.path)
        return tuple(self.item(element, depth) for element in parent.elements("item"))

    def item(self, element: Element, depth: int) -> Item:
        link_id = self.link_id(element)
        element = Element(element.content, f'item "{link_id}"')
        _refuse_modifiers(element)
        kind = _type(element)
        text = element.translated("text")
        if not text.default and kind is not ItemType.GROUP:
            raise element.refuse("it has no text to show")
        if element.boolean("repeats"):
            raise UnsupportedPart(
                path=element.path,
                what="more than one answer (repeats)",
                instead="Ask one question for each thing, such as a yes or no for each option.",
            )
        conditions = parse_conditions(element)
        is_read_only = _is_filled_elsewhere(element)
        if element.extension(UNIT) and not is_read_only:
            raise UnsupportedPart(
                path=element.path,
                what="a unit",
                instead="Write the unit into the text of the question.",
            )
        lowest, highest = _range(element, kind)
        low_label, high_label = _anchors(element, kind)
        return Item(
            link_id=link_id,
            type=kind,
            text=text,
            prefix=element.text("prefix"),
            required=element.boolean("required"),
            read_only=is_read_only,
            options=self.options(element, kind),
            lowest=lowest,
            highest=highest,
            max_length=_max_length(element, kind),
            low_label=low_label,
            high_label=high_label,
            enable_when=conditions,
            enable_behavior=parse_behavior(element, conditions),
            code=tuple(
                Coding(code.text("system"), code.text("code"), code.text("display"))
                for code in element.elements("code")
            ),
            items=self.children(element, kind, depth),
        )

    def link_id(self, element: Element) -> str:
        link_id = element.text("linkId")
        if not link_id or len(link_id) > LONGEST_LINK_ID:
            raise element.refuse(f"linkId must have 1 to {LONGEST_LINK_ID} characters")
        if link_id in self.link_ids:
            raise DuplicateLinkId(link_id=link_id, path=element.path)
        self.link_ids.add(link_id)
        if len(self.link_ids) > MOST_ITEMS:
            raise TooManyItems(limit=MOST_ITEMS)
        return link_id

    def options(self, element: Element, kind: ItemType) -> tuple[Option, ...]:
        if kind is ItemType.CHOICE:
            return parse_options(element, self.value_sets)
        if element.has("answerOption") or element.has("answerValueSet"):
            raise element.refuse(f"only a choice has options, and this is a {kind}")
        return ()

    def children(self, element: Element, kind: ItemType, depth: int) -> tuple[Item, ...]:
        if kind is ItemType.GROUP:
            if not element.elements("item"):
                raise element.refuse("a group needs items")
        elif element.has("item"):
            raise UnsupportedPart(
                path=element.path,
                what="an item below a question",
                instead="Put both into a group, with enableWhen where it depends on the answer.",
            )
        return self.items(element, depth + 1)


def _refuse_modifiers(element: Element) -> None:
    for key in ("modifierExtension", "implicitRules"):
        if element.has(key):
            raise UnsupportedPart(
                path=element.path, what=key, instead="Take it out of the questionnaire."
            )
    for extension in element.elements("extension"):
        url = str(extension.content.get("url"))
        if url in _INSTEAD_OF_EXTENSION:
            name = url.rsplit("-", 1)[-1]
            raise UnsupportedPart(path=element.path, what=name, instead=_INSTEAD_OF_EXTENSION[url])


def _type(element: Element) -> ItemType:
    written = element.text("type")
    if written in tuple(ItemType):
        return ItemType(written)
    raise UnsupportedPart(
        path=element.path,
        what=f'the type "{written}"',
        instead=_INSTEAD_OF_TYPE.get(written, f"Use one of: {', '.join(ItemType)}."),
    )


def _is_filled_elsewhere(element: Element) -> bool:
    if element.boolean("readOnly"):
        return True
    return any(
        extension.content.get("valueBoolean") is not False
        for url in _FILLED_ELSEWHERE
        for extension in element.extensions(url)
    )


def _range(element: Element, kind: ItemType) -> tuple[int | Decimal | None, int | Decimal | None]:
    lowest, highest = _limit(element, kind, MIN_VALUE), _limit(element, kind, MAX_VALUE)
    if lowest is not None and highest is not None and lowest > highest:
        raise RangeReversed(path=element.path, lowest=lowest, highest=highest)
    return lowest, highest


def _limit(element: Element, kind: ItemType, url: str) -> int | Decimal | None:
    extension = element.extension(url)
    if extension is None:
        return None
    name = url.rsplit("/", 1)[-1]
    if kind not in _NUMBERS:
        raise element.refuse(f"{name} does not go with a {kind}")
    limit = extension.number("valueDecimal")
    if limit is None:
        limit = extension.number("valueInteger")
    if limit is None:
        raise element.refuse(f"{name} needs valueInteger or valueDecimal")
    if kind is ItemType.DECIMAL:
        return limit
    if limit != int(limit):
        raise element.refuse(f"{name} of a whole number must be a whole number")
    return int(limit)


def _max_length(element: Element, kind: ItemType) -> int | None:
    length = element.integer("maxLength")
    if length is not None and length < 1:
        raise element.refuse("maxLength must be 1 or more")
    return length if kind in _TEXTS else None


def _anchors(element: Element, kind: ItemType) -> tuple[Translated | None, Translated | None]:
    extension = element.extension(SCALE_ANCHORS)
    if extension is None:
        return None, None
    if kind not in _NUMBERS:
        raise element.refuse(f"scale-anchors do not go with a {kind}")
    low, high = (extension.extension(end) for end in ("low", "high"))
    texts = tuple(end.translated("valueString") if end else NO_TEXT for end in (low, high))
    if not all(text.default for text in texts):
        raise extension.refuse("scale-anchors need low and high, each with a valueString")
    return texts[0], texts[1]


def _write_item(questionnaire: Questionnaire, item: Item) -> Document:
    written: Document = {"linkId": item.link_id, "type": item.type.value}
    write_text(written, "text", item.text)
    if item.prefix:
        written["prefix"] = item.prefix
    if item.required:
        written["required"] = True
    if item.read_only:
        written["readOnly"] = True
    if item.max_length is not None:
        written["maxLength"] = item.max_length
    if item.options:
        written["answerOption"] = [write_option(option) for option in item.options]
    if item.code:
        written["code"] = [_write_coding(code) for code in item.code]
    if item.enable_when:
        conditions = [write_condition(questionnaire, each) for each in item.enable_when]
        written["enableWhen"] = conditions
    if len(item.enable_when) > 1:
        written["enableBehavior"] = item.enable_behavior.value
    if extensions := _write_extensions(item):
        written["extension"] = extensions
    if item.items:
        written["item"] = [_write_item(questionnaire, child) for child in item.items]
    return written


def _write_coding(coding: Coding) -> Document:
    pairs = (("system", coding.system), ("code", coding.code), ("display", coding.display))
    return {key: value for key, value in pairs if value}


def _write_extensions(item: Item) -> list[Document]:
    value = "valueInteger" if item.type is ItemType.INTEGER else "valueDecimal"
    extensions: list[Document] = [
        {"url": url, value: limit}
        for url, limit in ((MIN_VALUE, item.lowest), (MAX_VALUE, item.highest))
        if limit is not None
    ]
    ends: list[Document] = []
    for url, label in (("low", item.low_label), ("high", item.high_label)):
        if label is not None:
            end: Document = {"url": url}
            write_text(end, "valueString", label)
            ends.append(end)
    if ends:
        extensions.append({"url": SCALE_ANCHORS, "extension": ends})
    return extensions
