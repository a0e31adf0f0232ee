"""Everything in the source that a person may come to read, with where it stands.

Names in code, comments and ordinary docstrings are not among it: nobody is called by them.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.pofile import read_po

from tools.messages import LANGUAGES, catalogue_path, extract

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "alongside"
LIBRARY = SOURCE / "clinic" / "instruments" / "library"

TEMPLATE_CODE = re.compile(r"(?s)\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{[%{].*?[%}]\}")
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "content", "label", "placeholder", "title", "value"}
# Keys of our JSON whose values are addresses, codes or the names of papers.
UNREAD_KEYS = {"url", "system", "code", "linkId", "version", "source", "sources", "licence", "name"}
JS_STRING = re.compile(r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""")

Text = tuple[str, str]


def all_visible_text() -> Iterator[Text]:
    """Each place with a text that may be read there."""
    yield from in_templates()
    yield from in_messages()
    yield from in_python()
    yield from in_json()
    yield from in_scripts()


class _TemplateText(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def text_of_template(template: str) -> list[str]:
    """The text and the spoken attributes of a template, without its code."""
    reader = _TemplateText()
    reader.feed(TEMPLATE_CODE.sub(" ", template))
    reader.close()
    return reader.texts


def in_templates() -> Iterator[Text]:
    """What templates say without asking for a translation."""
    for path in sorted(SOURCE.rglob("templates/**/*.*")):
        for text in text_of_template(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), text


def in_messages() -> Iterator[Text]:
    """Every message, and every translation of it."""
    for message in extract():
        yield "a message", f"{message.singular}\n{message.plural}"
    for language in LANGUAGES:
        path = catalogue_path(language)
        if path.exists():
            with path.open("rb") as file:
                for entry in read_po(file, locale=language):
                    strings = entry.string if isinstance(entry.string, tuple) else [entry.string]
                    if entry.id:
                        yield str(path.relative_to(ROOT)), "\n".join(strings)


def in_python() -> Iterator[Text]:
    """Every string in the code, and the docstrings that the command line prints as help."""
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        silent = set() if "cli" in path.parts else set(docstrings_of(tree))
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and id(node) not in silent:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def docstrings_of(tree: ast.Module) -> Iterator[int]:
    """The identities of the nodes that are docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                yield id(first.value)


def in_json() -> Iterator[Text]:
    """What data files say, the instruments above all."""
    for path in sorted(SOURCE.rglob("*.json")):
        for text in strings_in(json.loads(path.read_text(encoding="utf-8"))):
            yield str(path.relative_to(ROOT)), text


def strings_in(value: object) -> Iterator[str]:
    """Every string in a JSON value that is not a code, an address or a reference."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in UNREAD_KEYS:
                yield from strings_in(one)


def in_scripts() -> Iterator[Text]:
    """The strings in our scripts."""
    for path in sorted(SOURCE.rglob("static/**/*.js")):
        for match in JS_STRING.finditer(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), match[0]


def client_instruments() -> dict[str, dict[str, list[str]]]:
    """What each of our instruments that clients answer says to them, by language."""
    return {
        path.name: instrument_texts(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(LIBRARY.glob("*.questionnaire.json"))
        if "therapist" not in path.name
    }


def instrument_texts(questionnaire: object) -> dict[str, list[str]]:
    """The texts of a FHIR Questionnaire in its own language and in its translations.

    A text is read where its twin with an underscore translates it; the description is for staff.
    """
    texts: dict[str, list[str]] = {"en": [], "es": []}

    def read(value: object) -> None:
        if isinstance(value, list):
            for one in value:
                read(one)
        elif isinstance(value, dict):
            for key, one in value.items():
                is_read = key in {"text", "title", "display"} or f"_{key}" in value
                if isinstance(one, str) and is_read:
                    texts["en"].append(one)
                if key == "extension" and isinstance(one, list):
                    for language, text in translations_in(one):
                        texts[language].append(text)
                read(one)

    read(questionnaire)
    return texts


def translations_in(extensions: list[object]) -> Iterator[Text]:
    """The language and the text of each translation among the extensions of one element."""
    for extension in extensions:
        if isinstance(extension, dict) and str(extension.get("url", "")).endswith("/translation"):
            parts = {part["url"]: part for part in extension["extension"]}
            yield parts["lang"]["valueCode"], parts["content"]["valueString"]
