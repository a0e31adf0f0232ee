"""What no code of ours does: run text as code, put text into SQL, call out, open a trap.

Each rule is a name in the syntax tree, with the places that may. A rule that finds nothing in code
made for it would be blind, so each is tried on such code too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "alongside"
PYTHON = sorted(SOURCE.rglob("*.py"))
SCRIPTS = sorted(SOURCE.rglob("*.js"))
PAGES = sorted(SOURCE.rglob("*.html"))

Rule = Callable[[ast.AST], bool]


def called(node: ast.AST) -> str:
    """The dotted name of what is called, as it is written."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def imports(*modules: str) -> Rule:
    def found(node: ast.AST) -> bool:
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{each.name}" for each in node.names)]
        return any(
            name == each or name.startswith(f"{each}.") for name in names for each in modules
        )

    return found


def calls(*names: str) -> Rule:
    return lambda node: called(node) in names


def calls_with_built_text(*methods: str) -> Rule:
    """A call of such a method whose first argument is put together on the spot."""

    def found(node: ast.AST) -> bool:
        if not isinstance(node, ast.Call) or called(node).rpartition(".")[2] not in methods:
            return False
        built = (ast.JoinedStr, ast.BinOp, ast.Call)
        return bool(node.args) and isinstance(node.args[0], built)

    return found


def is_shell(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and any(each.arg == "shell" for each in node.keywords)


def is_md5_or_sha1(node: ast.AST) -> bool:
    return called(node).rpartition(".")[2] in {"md5", "sha1", "MD5", "SHA1"}


def spreads_what_was_sent(node: ast.AST) -> bool:
    """`**request.POST` and the like, which would let a form name any argument."""
    spread = (
        [each.value for each in node.keywords if each.arg is None]
        if isinstance(node, ast.Call)
        else []
    )
    return any(re.search(r"\b(POST|GET|body|cleaned_data)\b", ast.unparse(each)) for each in spread)


def any_of(*rules: Rule) -> Rule:
    return lambda node: any(rule(node) for rule in rules)


RULES: dict[str, tuple[Rule, set[str], str]] = {
    "text run as code": (
        any_of(calls("eval", "exec", "compile", "__import__"), imports("code", "codeop")),
        set(),
        "eval(words)",
    ),
    "text put into SQL": (
        any_of(
            calls_with_built_text("execute", "executemany", "executescript", "raw", "RawSQL"),
            lambda node: called(node).endswith((".raw", ".extra", "RawSQL")),
        ),
        # The text is our own, and values travel apart from it.
        {"clinic/statements.py", "clinic/vault/keyring.py", "interfaces/cli/verify_audit.py"},
        "cursor.execute(f'SELECT {name}')",
    ),
    "a shell": (
        any_of(is_shell, calls("os.system", "os.popen")),
        set(),
        "run(words, shell=True)",
    ),
    "a program started": (
        imports("subprocess", "pty", "multiprocessing"),
        {"interfaces/cli/processes.py", "interfaces/cli/serve.py"},
        "import subprocess",
    ),
    "objects out of bytes": (
        imports("pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"),
        set(),
        "from pickle import loads",
    ),
    "XML": (
        imports("xml", "lxml", "defusedxml", "html5lib"),
        set(),
        "import xml.etree.ElementTree",
    ),
    "a call to another server": (
        imports(
            "requests", "httpx", "aiohttp", "urllib.request", "http.client", "ftplib", "urllib3"
        ),
        set(),
        "from urllib.request import urlopen",
    ),
    "an archive taken apart": (
        any_of(
            imports("tarfile", "shutil.unpack_archive"),
            lambda node: called(node).endswith((".extract", ".extractall", "unpack_archive")),
        ),
        set(),
        "archive.extractall(folder)",
    ),
    "a hash that is broken": (is_md5_or_sha1, set(), "hashlib.md5(words)"),
    "a cipher without authentication": (
        imports(
            "cryptography.hazmat.primitives.ciphers.modes",
            "cryptography.hazmat.primitives.ciphers.algorithms",
            "Crypto",
        ),
        set(),
        "from cryptography.hazmat.primitives.ciphers import modes",
    ),
    "chance that can be foreseen": (imports("random"), set(), "import random"),
    "a pattern made of what was typed": (
        lambda node: (
            called(node).startswith("re.")
            and isinstance(node, ast.Call)
            and bool(node.args)
            and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            and "re.escape" not in ast.unparse(node.args[0])
        ),
        set(),
        "re.search(f'{words}', text)",
    ),
    "a template made of text": (
        any_of(
            calls("Template", "engines.from_string"), lambda n: called(n).endswith("from_string")
        ),
        {"interfaces/cli/client_report.py"},  # a file of ours
        "engine.from_string(words)",
    ),
    "any argument that a form names": (spreads_what_was_sent, set(), "Person(**request.POST)"),
    "memory of one's own": (
        imports("ctypes", "cffi"),
        {"interfaces/cli/processes.py"},  # one call, so that no process outlives its command
        "import ctypes",
    ),
    "caches, directories and queries elsewhere": (
        imports("memcache", "pymemcache", "redis", "ldap", "ldap3", "jpype", "pymongo"),
        set(),
        "import ldap3",
    ),
}


def places(rule: Rule) -> Iterator[str]:
    for path in PYTHON:
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(rule(node) for node in ast.walk(tree)):
            yield path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("name", RULES)
def test_no_code_does_it(name: str) -> None:
    rule, may, _ = RULES[name]
    assert len(PYTHON) > 300
    assert set(places(rule)) - may == set()


@pytest.mark.parametrize("name", RULES)
def test_control_code_that_does_it_is_found(name: str) -> None:
    rule, _, code = RULES[name]
    assert any(rule(node) for node in ast.walk(ast.parse(code)))


IN_SCRIPTS = {
    "text becomes markup": (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment",
        "x.innerHTML = y",
    ),
    "text becomes code": (r"\beval\s*\(|new Function|setTimeout\(\s*['\"`]", "eval(y)"),
    "messages of other windows": (r"postMessage|onmessage|['\"]message['\"]", "w.postMessage(y)"),
    "other servers": (
        r"['\"`](https?:)?//|WebSocket|EventSource|sendBeacon",
        "fetch('//x.example')",
    ),
    "objects by name": (r"__proto__|constructor\[|Object\.assign\(", "o.__proto__ = y"),
    "names on the window": (
        r"(?m)\bwindow\.(?!onbeforeunload)\w+\s*=[^=]|^(var|function)\s",
        "window.person = y",
    ),
    "cookies": (r"document\.cookie", "document.cookie = y"),
    "storage of what is typed": (
        r"sessionStorage|indexedDB|caches\.|serviceWorker|localStorage\.setItem\((?!key, theme\))",
        "localStorage.setItem('words', y)",
    ),
}


@pytest.mark.parametrize("name", IN_SCRIPTS)
def test_no_script_does_it(name: str) -> None:
    pattern, code = IN_SCRIPTS[name]
    assert len(SCRIPTS) >= 5
    found = [path.name for path in SCRIPTS if re.search(pattern, path.read_text(encoding="utf-8"))]
    assert found == []
    assert re.search(pattern, code), "a rule that finds nothing would be blind"


def test_no_page_switches_escaping_off_or_embeds_another_program() -> None:
    pattern = r"\|\s*safe\b|autoescape\s+off|<(object|embed|applet|iframe|frame)\b"
    assert len(PAGES) > 60
    assert [p.name for p in PAGES if re.search(pattern, p.read_text(encoding="utf-8"))] == []
    assert re.search(pattern, "{{ words|safe }}") and re.search(pattern, "<iframe src>")
