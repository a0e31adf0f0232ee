"""One element of a FHIR document, with the place where it stands.

Every getter gives back a value of the expected type or says where it is not; nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from alongside.methods.instruments.documents import Document
from alongside.methods.instruments.errors import InvalidQuestionnaire
from alongside.methods.vocabulary.translated import Translated

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
TRANSLATION = STRUCTURE + "translation"


@dataclass(frozen=True, slots=True)
class Element:
    """A JSON object in a FHIR document, and the path to it."""

    content: Document
    path: str

    def refuse(self, problem: str) -> InvalidQuestionnaire:
        """The refusal of this element, to be raised."""
        return InvalidQuestionnaire(path=self.path, problem=problem)

    def has(self, key: str) -> bool:
        """Whether the element has the key at all."""
        return key in self.content

    def text(self, key: str) -> str:
        """The text under a key, or an empty text."""
        value = self.content.get(key, "")
        if not isinstance(value, str):
            raise self.refuse(f"{key} must be a text")
        return value.strip()

    def boolean(self, key: str) -> bool:
        """The truth value under a key, or false."""
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            raise self.refuse(f"{key} must be true or false")
        return value

    def integer(self, key: str) -> int | None:
        """The whole number under a key, or none."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(f"{key} must be a whole number")
        return value

    def number(self, key: str) -> Decimal | None:
        """The number under a key, exactly, or none."""
        value = self.content.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.refuse(f"{key} must be a number")
        return Decimal(value)

    def element(self, key: str) -> Element | None:
        """The object under a key, or none."""
        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.refuse(f"{key} must be an object")
        return Element(value, f"{self.path}.{key}")

    def elements(self, key: str) -> tuple[Element, ...]:
        """The objects in the list under a key, or none."""
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(inner, dict) for inner in value):
            raise self.refuse(f"{key} must be a list of objects")
        return tuple(Element(inner, f"{self.path}.{key}[{n}]") for n, inner in enumerate(value))

    def extensions(self, url: str) -> tuple[Element, ...]:
        """The extensions with a URL."""
        return tuple(e for e in self.elements("extension") if e.content.get("url") == url)

    def extension(self, url: str) -> Element | None:
        """The one extension with a URL, or none."""
        found = self.extensions(url)
        if len(found) > 1:
            raise self.refuse(f"the extension {url} stands twice")
        return found[0] if found else None

    def translated(self, key: str) -> Translated:
        """The text under a key with the translations beside it, or an empty text."""
        beside = self.element(f"_{key}")
        translations: dict[str, str] = {}
        for translation in beside.extensions(TRANSLATION) if beside else ():
            language = translation.extension("lang")
            content = translation.extension("content")
            tag = language.text("valueCode") if language else ""
            text = content.text("valueString") or content.text("valueMarkdown") if content else ""
            if not tag or not text:
                raise translation.refuse("a translation needs lang (valueCode) and content")
            if tag in translations:
                raise translation.refuse(f'there are two translations into "{tag}"')
            translations[tag] = text
        return Translated.of(self.text(key), translations)


def written_translations(text: Translated) -> Document:
    """The element that stands beside a text and holds its translations, or an empty one."""
    extensions: list[object] = [
        {
            "url": TRANSLATION,
            "extension": [
                {"url": "lang", "valueCode": tag},
                {"url": "content", "valueString": content},
            ],
        }
        for tag, content in text.translations
    ]
    return {"extension": extensions} if extensions else {}


def write_text(document: Document, key: str, text: Translated) -> None:
    """Put a text and its translations into a FHIR element, where there is a text."""
    if text.default:
        document[key] = text.default
    if beside := written_translations(text):
        document[f"_{key}"] = beside
