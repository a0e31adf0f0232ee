"""Message catalogues without GNU gettext: `messages.py update | check | compile`.

Templates go through Django's own `templatize`, Python through its own parser; the sentence of
every exception, reason and missing result comes from its docstring. Catalogues carry no line
numbers, places or dates and are sorted by message, so two branches that add messages merge
quietly. See docs/decisions/0007-babel-instead-of-gnu-gettext.md.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "alongside"
LOCALE = SOURCE / "interfaces" / "locale"
LANGUAGES = ("es",)
TEMPLATE_ENDINGS = (".html", ".txt", ".svg")

# How many strings each function takes before anything else.
N_STRINGS = {
    "_": 1,
    "gettext": 1,
    "gettext_lazy": 1,
    "gettext_noop": 1,
    "ngettext": 2,
    "ngettext_lazy": 2,
    "pgettext": 2,
    "pgettext_lazy": 2,
    "npgettext": 3,
    "npgettext_lazy": 3,
}
# Classes whose docstring, and that of every class below them, is a sentence for the reader.
SPOKEN_CLASSES = frozenset({"AlongsideError", "NoResult", "Because"})

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*(?:![rs])?(?::[^{}]*)?\}")
STRING = r"""u?('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(
    rf"\b(?P<name>_|gettext|ngettext|pgettext|npgettext)\(\s*"
    rf"(?P<strings>{STRING}(?:\s*,\s*{STRING})*)"
)


@dataclass(frozen=True, order=True)
class Found:
    """One message as the code has it; `plural` and `context` are empty where it has none."""

    singular: str
    plural: str = ""
    context: str = ""

    @property
    def id(self) -> str | tuple[str, str]:
        """The message as Babel knows it."""
        return (self.singular, self.plural) if self.plural else self.singular


def extract(source: Path = SOURCE) -> set[Found]:
    """Every message in the templates, the Python and the exceptions below a folder."""
    found: set[Found] = set()
    trees: list[ast.Module] = []
    for path in sorted(source.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.update(in_python(tree))
            trees.append(tree)
        elif path.suffix in TEMPLATE_ENDINGS and "templates" in path.parts:
            found.update(in_template(path.read_text(encoding="utf-8"), str(path)))
    found.update(Found(sentence) for sentence in spoken_sentences(trees))
    return {message for message in found if message.singular}


def in_python(tree: ast.Module) -> Iterator[Found]:
    """The messages that Python code asks to have translated."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called_name(node.func) not in N_STRINGS:
            continue
        function = called_name(node.func)
        arguments = node.args[: N_STRINGS[function]]
        strings = [a.value for a in arguments if isinstance(a, ast.Constant)]
        if len(strings) == N_STRINGS[function] and all(isinstance(s, str) for s in strings):
            yield as_found(function, [str(string) for string in strings])


def called_name(function: ast.expr) -> str:
    """The last part of the name of what is called, or of a base class."""
    while isinstance(function, ast.Subscript):
        function = function.value
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def in_template(text: str, origin: str) -> Iterator[Found]:
    """The messages that a Django template asks to have translated."""
    from django.utils.translation.template import templatize  # noqa: PLC0415  # slow, seldom needed

    for call in TEMPLATE_CALL.finditer(templatize(text, origin=origin)):
        strings = [ast.literal_eval(match[0]) for match in re.finditer(STRING, call["strings"])]
        yield as_found(call["name"], strings)


def as_found(function: str, strings: list[str]) -> Found:
    """A message from the strings of a call, in the order in which the function takes them."""
    if function.startswith("npgettext"):
        return Found(strings[1], strings[2], strings[0])
    if function.startswith("pgettext"):
        return Found(strings[1], "", strings[0])
    if function.startswith("ngettext"):
        return Found(strings[0], strings[1])
    return Found(strings[0])


def spoken_sentences(trees: list[ast.Module]) -> set[str]:
    """The docstrings of all classes that descend from a spoken class, each as one line."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    spoken = set(SPOKEN_CLASSES)
    while True:
        heirs = {node.name for node in classes if spoken & {called_name(b) for b in node.bases}}
        if heirs <= spoken:
            break
        spoken |= heirs
    docstrings = (ast.get_docstring(node) or "" for node in classes if node.name in spoken)
    return {" ".join(inspect.cleandoc(text).split()) for text in docstrings} - {""}


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is on disk, empty where there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def renewed(language: str, found: set[Found]) -> Catalog:
    """A catalogue with exactly the messages found, keeping the translations that there are."""
    old = read_catalogue(language)
    new = Catalog(locale=language)
    for message in sorted(found):
        known = old.get(message.id, message.context or None)
        kept = known.string if known and known.id == message.id else None
        flags = known.flags & {"fuzzy"} if known else set()
        new.add(message.id, kept, flags=flags, context=message.context or None)
    return new


def as_text(catalogue: Catalog) -> str:
    """A catalogue as a file: sorted, and with a header that says only what programs need."""
    for message in catalogue:
        # Format flags add nothing that `problems_of` does not check.
        message.flags &= {"fuzzy"}
    body = io.BytesIO()
    write_po(body, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return header + body.getvalue().decode().strip() + "\n"


def placeholders(text: str) -> Counter[str]:
    """The places in a message that a program fills in, each with how often it stands there."""
    return Counter(PLACEHOLDER.findall(text.replace("%%", "").replace("{{", "").replace("}}", "")))


def forms(text: object) -> list[str]:
    """The forms of a message or of its translation: one, or one for each kind of number."""
    return [str(one or "") for one in (text if isinstance(text, tuple | list) else (text,))]


def problems_of(message: Message) -> Iterator[str]:
    """What is wrong with one translated message, each as a sentence."""
    source, strings = forms(message.id), forms(message.string)
    if message.fuzzy:
        yield "is marked fuzzy"
    if not all(strings):
        yield "has no translation"
        return
    allowed = set().union(*(placeholders(text) for text in source))
    for string in strings:
        strangers = set(placeholders(string)) - allowed
        if strangers:
            yield f"has {', '.join(sorted(strangers))}, which the original has not"
        if string.startswith("\n") != source[0].startswith("\n") or string.endswith("\n") != source[
            0
        ].endswith("\n"):
            yield "begins or ends with a line break where the original does not, or the reverse"
    # The last form serves most numbers, so it must say everything; "one day" may leave out the 1.
    missing = set(placeholders(source[-1])) - set(placeholders(strings[-1]))
    if missing:
        yield f"leaves out {', '.join(sorted(missing))}"


def problems_with(language: str, found: set[Found]) -> list[str]:
    """Everything that keeps a catalogue from being complete and fresh."""
    catalogue = read_catalogue(language)
    known = {(message.id, message.context or "") for message in catalogue if message.id}
    wanted = {(message.id, message.context) for message in found}
    problems = [f"missing: {message_id!r}" for message_id, _ in wanted - known]
    problems += [f"stale: {message_id!r}" for message_id, _ in known - wanted]
    problems += [
        f"{message.id!r} {problem}"
        for message in catalogue
        if message.id and (message.id, message.context or "") in wanted
        for problem in problems_of(message)
    ]
    if not problems and catalogue_path(language).read_text(encoding="utf-8") != as_text(catalogue):
        problems.append("the file is not laid out as `make messages` lays it out")
    return sorted(problems)


def update() -> int:
    """Writes the catalogues anew, and says what is left to translate."""
    found = extract()
    for language in LANGUAGES:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = renewed(language, found)
        path.write_text(as_text(catalogue), encoding="utf-8")
        left = sum(1 for message in catalogue if message.id and any(problems_of(message)))
        print(f"{language}: {len(found)} messages, {left} still to translate or to mend")
    return 0


def check() -> int:
    """Whether every catalogue is complete and fresh, as an exit code."""
    found = extract()
    failed = 0
    for language in LANGUAGES:
        problems = problems_with(language, found)
        for problem in problems:
            print(f"{catalogue_path(language).relative_to(ROOT)}: {problem}")
        if problems:
            failed = 1
            print(f"{language}: {len(problems)} problems. `make messages` brings it up to date.")
        else:
            print(f"{language}: {len(found)} messages, all translated")
    return failed


def compile_catalogues() -> int:
    """Writes the binary catalogues that Django reads, where they are older than the text."""
    for language in LANGUAGES:
        path = catalogue_path(language)
        binary = path.with_suffix(".mo")
        if not path.exists():
            continue
        if binary.exists() and binary.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        # Written aside and moved, so that a server that starts meanwhile never reads half a file.
        aside = binary.with_suffix(".mo.new")
        with aside.open("wb") as file:
            write_mo(file, read_catalogue(language))
        aside.replace(binary)
    return 0


if __name__ == "__main__":
    COMMANDS = {"update": update, "check": check, "compile": compile_catalogues}
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        print(__doc__)
        sys.exit(2)
    sys.exit(COMMANDS[sys.argv[1]]())
