"""Every place in the source by which something can leave the process, found by machine.

What counts is the call itself: a response that is no page, a mail, a file that is written, a
connection, words on the screen. Whoever adds one has to say in test_outbound.py what leaves by it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "alongside"

# What is called, by the last part of its name, and the kind of way out that it is.
CALLS = {
    **dict.fromkeys(
        ("FileResponse", "StreamingHttpResponse", "JsonResponse", "HttpResponse"), "response"
    ),
    **dict.fromkeys(
        (
            *("EmailMessage", "EmailMultiAlternatives", "send_mail", "send_mass_mail"),
            *("mail_admins", "mail_managers", "attach_file", "SMTP", "SMTP_SSL"),
        ),
        "mail",
    ),
    **dict.fromkeys(
        (
            *("write_text", "write_bytes", "copyfile", "copy2", "copytree", "mkstemp"),
            *("NamedTemporaryFile", "TemporaryFile", "mkdtemp", "ZipFile", "TarFile"),
            *("symlink", "default_storage"),
        ),
        "file",
    ),
    **dict.fromkeys(("urlopen", "create_connection", "HTTPSConnection", "HTTPConnection"), "net"),
    **dict.fromkeys(("Popen", "check_output", "check_call", "system"), "process"),
    **dict.fromkeys(("echo", "secho", "print", "pprint"), "screen"),
}
MODULES = {
    **dict.fromkeys(("requests", "httpx", "urllib3", "aiohttp", "ftplib", "smtplib"), "net"),
    **dict.fromkeys(("socket", "http.client", "urllib.request"), "net"),
    **dict.fromkeys(("subprocess",), "process"),
}
WRITING = set("wax+")
REACH_NOTHING = {"methods", "lab"}
"""Rooms that a contract of imports keeps from every file, connection and process."""
ATTACHMENT = "content-disposition"


@dataclass(frozen=True, order=True)
class WayOut:
    """One place: the module, the function around it, and the kind of way."""

    module: str
    function: str
    kind: str


def ways_out(source: Path = SOURCE) -> set[WayOut]:
    """Every way out of the source below a folder."""
    found: set[WayOut] = set()
    for path in sorted(source.rglob("*.py")):
        if "migrations" in path.parts or path.relative_to(source).parts[0] in REACH_NOTHING:
            continue
        module = ".".join(path.relative_to(source).with_suffix("").parts)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.update(WayOut(module, function, kind) for function, kind in _in(tree, ""))
    return found


def _in(node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
    """The kinds of ways below a node, each with the function that it stands in."""
    for child in ast.iter_child_nodes(node):
        inside = function
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{function}.{child.name}".lstrip(".")
        kind = _kind_of(child)
        if kind is not None:
            yield inside, kind
        yield from _in(child, inside)


def _kind_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call):
        return _kind_of_call(node)
    if isinstance(node, ast.Constant) and str(node.value).lower() == ATTACHMENT:
        return "attachment"
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        return next((MODULES[name] for name in names if name in MODULES), None)
    return None


def _kind_of_call(call: ast.Call) -> str | None:
    name = _last(call.func)
    if name == "open":
        return "file" if _is_writing(call) else None
    if name == "fdopen":
        return "file"
    return CALLS.get(name)


def _is_writing(call: ast.Call) -> bool:
    """Whether `open` may write: by its mode, or by the flags of `os.open`."""
    mode = [*call.args[:2], *(word.value for word in call.keywords if word.arg == "mode")]
    texts = [part.value for part in mode if isinstance(part, ast.Constant)]
    flags = {_last(part) for part in ast.walk(call) if isinstance(part, ast.Attribute)}
    is_mode = any(
        isinstance(text, str) and len(text) <= 3 and set(text) & WRITING for text in texts
    )
    return is_mode or bool(flags & {"O_WRONLY", "O_RDWR", "O_CREAT"})


def _last(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def calls_of(names: frozenset[str], source: Path = SOURCE) -> set[tuple[str, str]]:
    """Every module that calls one of these, with the name that it calls."""
    found = set()
    for path in sorted(source.rglob("*.py")):
        module = ".".join(path.relative_to(source).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _last(node.func) in names:
                found.add((module, _last(node.func)))
    return found
