"""Faults that cannot be here because of what the source does not do, read from the source itself.

Each rule is shown to find its fault in a few lines that have it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.promises.ways_out import SOURCE, WayOut, ways_out
from tests.promises.whole_pages import all_routes

READS_XML = {"xml", "lxml", "defusedxml", "xmltodict", "html5lib"}
BECOMES_CODE = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "yaml", "code"}
ASKS = {"requests", "httpx", "aiohttp", "urllib3", "ftplib", "telnetlib", "paramiko", "xmlrpc"}
ASKS_BY = {"urllib.request", "http.client"}
A_MODEL = {"openai", "anthropic", "transformers", "onnxruntime", "torch", "llama_cpp", "langchain"}
LOOK_UPS = {
    *("filter", "exclude", "annotate", "alias", "values", "values_list", "order_by", "aggregate"),
    *("get", "create", "update", "get_or_create", "update_or_create", "Q", "extra", "distinct"),
}
FROM_A_REQUEST = re.compile(r"\b(request|POST|GET|data|cleaned_data|given|headers|COOKIES)\b")


def faults_in(tree: ast.AST) -> Iterator[str]:
    """The kinds of faults that a piece of source has."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _in_import(node)
        elif isinstance(node, ast.Call):
            yield from _in_call(node)


def _in_import(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    modules = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        modules = [] if node.level else [node.module or ""]
    for module in modules:
        first = module.partition(".")[0]
        kinds = {"XML": READS_XML, "becomes code": BECOMES_CODE, "asks": ASKS, "a model": A_MODEL}
        yield from (kind for kind, names in kinds.items() if first in names)
        if module in ASKS_BY:
            yield "asks"


def _in_call(node: ast.Call) -> Iterator[str]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    is_plain = isinstance(node.func, ast.Name)
    if is_plain and name in ("eval", "exec", "compile", "__import__"):
        yield "becomes code"
    if name in ("RawSQL", "raw") or (name == "extra" and not is_plain):
        yield "raw SQL"
    runs_sql = name in ("execute", "executemany", "executescript") and node.args
    if runs_sql and _is_pieced(node.args[0]):
        yield "SQL from pieces"
    if name in LOOK_UPS:
        taken = [word.value for word in node.keywords if word.arg is None]
        if name in ("order_by", "values", "values_list", "distinct"):
            taken += [each for each in node.args if not isinstance(each, ast.Constant)]
        if any(FROM_A_REQUEST.search(ast.unparse(each)) for each in taken):
            yield "look-ups from a request"
    if name in ("ImageField", "FileSystemStorage", "extractall", "unpack_archive"):
        yield "an upload that becomes a file"
    if name == "FileField" and "forms" not in ast.unparse(node.func):
        yield "an upload that becomes a file"
    if name in ("csrf_exempt", "urlize", "xframe_options_exempt"):
        yield name


def _is_pieced(query: ast.expr) -> bool:
    """Whether anything but a constant of the module goes into a statement."""
    if isinstance(query, ast.JoinedStr):
        inside = [part.value for part in query.values if isinstance(part, ast.FormattedValue)]
        return not all(isinstance(each, ast.Name) and each.id.isupper() for each in inside)
    if isinstance(query, ast.BinOp):
        return not all(
            isinstance(side, ast.Constant) or (isinstance(side, ast.Name) and side.id.isupper())
            for side in (query.left, query.right)
        )
    return isinstance(query, ast.Call)


# Where a rule finds something that is none: who wrote the words that go in.
KNOWN = {
    ("clinic/statements.py", "SQL from pieces"): "Django's own compiler, and as many marks as rows",
}


def test_no_source_of_ours_has_the_fault() -> None:
    found = {}
    for file in sorted(SOURCE.rglob("*.py")):
        if "migrations" in file.parts:
            continue
        place = file.relative_to(SOURCE).as_posix()
        for kind in faults_in(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault((place, kind), 0)
            found[place, kind] += 1
    assert set(found) == set(KNOWN), found


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import xml.etree.ElementTree", "XML"),
        ("from lxml import etree", "XML"),
        ("import pickle", "becomes code"),
        ("from yaml import load", "becomes code"),
        ("eval(words)", "becomes code"),
        ("Client.objects.raw(query)", "raw SQL"),
        ("rows.extra(where=[words])", "raw SQL"),
        ("RawSQL(words, ())", "raw SQL"),
        ("cursor.execute(f'SELECT * FROM x ORDER BY {sort}')", "SQL from pieces"),
        ("cursor.execute('SELECT ' + column)", "SQL from pieces"),
        ("cursor.execute('SELECT {}'.format(column))", "SQL from pieces"),
        ("Client.objects.filter(**request.GET.dict())", "look-ups from a request"),
        ("rows.order_by(request.GET['sort'])", "look-ups from a request"),
        ("rows.annotate(**form.cleaned_data)", "look-ups from a request"),
        ("Person.objects.create(**form.cleaned_data)", "look-ups from a request"),
        ("Q(**{request.POST['name']: 1})", "look-ups from a request"),
        ("import requests", "asks"),
        ("from urllib.request import urlopen", "asks"),
        ("models.FileField()", "an upload that becomes a file"),
        ("zipped.extractall(folder)", "an upload that becomes a file"),
        ("import openai", "a model"),
        ("csrf_exempt(view)", "csrf_exempt"),
    ],
)
def test_control_a_source_that_has_the_fault_is_found(code: str, kind: str) -> None:
    assert kind in set(faults_in(ast.parse(code)))


def test_control_what_is_no_fault_is_not_called_one() -> None:
    code = """
import json, sqlite3
forms.FileField()
cursor.execute(f"SELECT count(*) FROM {TABLE}")
cursor.execute("SELECT * FROM x WHERE a = ?", (request.GET["a"],))
Client.objects.filter(code=request.GET["a"]).order_by("pk")
"""
    assert set(faults_in(ast.parse(code))) == set()


# --- What is not here


def test_what_is_not_here_is_not_here() -> None:
    routes = [route for route, _ in all_routes()]
    assert len(routes) > 100
    made = re.compile(r"fhir|\bapi\b|install|set-?up|upgrade|graphql|plugin|theme|admin/", re.I)
    assert [route for route in routes if made.search(route)] == []
    assert settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    for file in SOURCE.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*(urlize|safe\b|safeseq|markdown)|autoescape off", text), file


def test_control_an_address_that_would_make_a_clinic_is_found() -> None:
    made = re.compile(r"fhir|\bapi\b|install|set-?up|upgrade|graphql|plugin|theme|admin/", re.I)
    for route in ("api/clients/", "fhir/Patient/", "install/", "setup/", "graphql"):
        assert made.search(route), route


def writes_tables(source: Path = SOURCE) -> set[str]:
    """The modules that write rows as CSV."""
    return {
        file.relative_to(source).as_posix()
        for file in source.rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)\(", file.read_text(encoding="utf-8"))
    }


def test_every_table_is_written_through_the_one_that_quotes() -> None:
    assert writes_tables() == {
        "clinic/disclosures/spreadsheets.py",
        "interfaces/cli/hazard.py",
        "interfaces/cli/refused_rows.py",
        "interfaces/cli/score.py",
        "interfaces/cli/signals.py",
    }
    for place in writes_tables():
        tree = ast.parse((SOURCE / place).read_text(encoding="utf-8"))
        calls = {
            getattr(node.func, "id", "") for node in ast.walk(tree) if isinstance(node, ast.Call)
        }
        assert "harmless" in calls, place


def test_control_a_new_table_is_found(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text("import csv\ncsv.writer(file).writerow(rows)\n")
    assert writes_tables(tmp_path) == {"new.py"}


def test_no_connection_is_opened_for_anybody() -> None:
    """What opens one listens for the clinic itself, or names this machine."""
    assert {way for way in ways_out() if way.kind == "net"} == {
        WayOut("interfaces.cli.serve", "", "net"),
        WayOut("interfaces.cli.worker", "", "net"),
    }
