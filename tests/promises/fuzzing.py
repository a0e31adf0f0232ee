"""Requests that nobody sends in good faith, made by chance from what the house itself takes.

Addresses come from the resolver, fields from every form on every page and from every name that a
view reads. Each request can be told as one line and sent again from that line.

There is no OpenAPI document to start from, because every page is a form; so Hypothesis draws the
requests and makes the one that breaks something small, and Schemathesis has nothing to read.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import walk_packages
from typing import Any
from urllib.parse import quote, quote_from_bytes, urljoin, urlsplit

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import Resolver404, resolve, reverse
from hypothesis import strategies as st

import alongside.interfaces
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from tests.factories.clinic import PASSWORD
from tests.promises.house import (
    ALLOWED,
    EVERYONE,
    INES,
    SENT,
    STRANGER,
    House,
    routes,
    undone,
)
from tests.promises.whole_pages import all_routes

SOURCE = Path(alongside.interfaces.__file__).parent
METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "SEARCH")
FORM = "application/x-www-form-urlencoded"
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")

ODD_BYTES = (
    *(b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xe2"),
    *(b"\x1b[31m", b"\x08" * 3, b"\x7f", b"\xc2\x85", b"\r\nSet-Cookie: a=b", b"\n" * 1000),
)
ODD_WORDS = (
    *("", " ", "\t", "0", "-1", "-0", "+1", "1.5", "5,5", "1e400", "NaN", "-Infinity", "0x10"),
    *("1_000", "٥", "５", "²", "9" * 19, "9" * 30, "9" * 5000, str(2**31), str(2**63), str(2**64)),
    *("0001-01-01", "1899-12-31", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "24:00"),
    *("23:59:60", "99:99", "2026-03-29T02:30", "2026-W10", "tomorrow", "a" * 10_000, "é" * 2_000),
    *(
        "ﷺ" * 500,
        "a\u0301" * 800,
        "😀" * 300,
        "\u202e",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "İ",
        "ß",
        "ı",
    ),
    *(
        "%00",
        "%",
        "%s%n%x",
        "{0.__class__}",
        "{{ 7*7 }}",
        "${7*7}",
        "../../../../etc/passwd",
        "..\\",
    ),
    *(
        "' OR 1=1 --",
        '" OR ""="',
        "'; DROP TABLE people_person; --",
        "1) UNION SELECT 1",
        "\\",
        "'",
    ),
    *("<script>alert(1)</script>", "javascript:alert(1)", "//evil.example", "=1+1", "@SUM(A1)"),
    *(
        "null",
        "undefined",
        "true",
        "[]",
        "{}",
        "[[[[]]]]",
        '{"id": 1}',
        '"',
        "[" * 2_000,
        '{"a":' * 900,
    ),
    *("__proto__", "__class__", "self", "None", "id", "pk", "client", "client__public_id"),
)
ODD_PARTS = (
    *("%00", "%ED%A0%80", "%FF", "9" * 30, "9" * 5000, "..", "%2e%2e", "a" * 3000, "0", "-1"),
    *("nobody-here0", "%F0%9F%98%80", "a%0Ab", "%2F", "%5C", "%25", "'", '"', "%3Cscript%3E", "+"),
)
NAME_ENDINGS = (*("",) * 14, "[]", "[0]", ".x", "__in", "_id", "-0", "\x00", " ")
KINDS = (
    *(FORM,) * 20,
    *("multipart/form-data; boundary=x",) * 4,
    *("multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"),
    *(
        "multipart/form-data; boundary=x; charset=utf-16",
        "multipart/form-data; boundary=" + "y" * 300,
    ),
    *("application/json", "text/plain", "application/xml", "application/octet-stream", "", "/"),
    *(f"{FORM}; charset=utf-16", f"{FORM}; charset=nonsense", f"{FORM}; charset=", "text/html; q"),
)
HEADERS = {
    "HTTP_HOST": ("elsewhere.example", "testserver:99999", "[::1", "", "a" * 300, "testserver\x00"),
    "HTTP_ACCEPT": ("application/json", "*/*", "", "text/html;q=nonsense", "," * 500),
    "HTTP_ACCEPT_LANGUAGE": ("es", "zz-ZZ", "en;q=2,es;q=-1", "," * 900, "e" * 900, "\xff"),
    "HTTP_COOKIE": (
        "session=",
        "session=\x00",
        "csrf=a; csrf=b",
        "=" * 99,
        ";" * 999,
        "device=%00",
    ),
    "HTTP_REFERER": ("http://evil.example/", "http://[", "\xff", "http://testserver/" + "a" * 9000),
    "HTTP_ORIGIN": ("null", "http://evil.example", "http://[", ""),
    "HTTP_USER_AGENT": ("", "\xff\xfe", "a" * 9000, "<b>", "\x00"),
    "HTTP_X_FORWARDED_FOR": ("10.0.0.1", "not an address", "::1%eth0", "," * 500),
    "HTTP_X_FORWARDED_PROTO": ("https", "gopher"),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE",),
    "HTTP_X_REQUESTED_WITH": ("XMLHttpRequest",),
    "HTTP_X_CSRFTOKEN": ("", "a" * 64, "\xff"),
    "HTTP_IF_MODIFIED_SINCE": ("never", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 99),
    "HTTP_RANGE": ("bytes=0-", "bytes=9-1", "x"),
    "HTTP_CONTENT_ENCODING": ("gzip",),
    "HTTP_EXPECT": ("100-continue",),
    "CONTENT_LENGTH": ("0", "-1", "x", "+1", ""),
}


@dataclass(frozen=True)
class Asked:
    """One request, as it can be sent again."""

    who: str
    method: str
    address: str
    kind: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    checks_token: bool = False

    def __repr__(self) -> str:
        return (
            f"Asked({self.who!r}, {self.method!r}, {self.address!r}, {self.kind!r}, {self.body!r}, "
            f"{self.headers!r}, {self.checks_token!r})"
        )


def send(house: House, asked: Asked) -> HttpResponse:
    """What the house answers. Whatever was done is taken back."""
    browser = _browser(asked.checks_token)
    browser.cookies = house.browser(asked.who).cookies
    with undone():
        return browser.generic(
            asked.method, asked.address, asked.body, asked.kind, **dict(asked.headers)
        )


@cache
def _browser(checks_token: bool) -> Browser:
    """One for all requests, since each new one looks for every static file anew."""
    return Browser(enforce_csrf_checks=checks_token, raise_request_exception=False)


def broke(answer: HttpResponse) -> bool:
    """Whether the house failed to answer, and so owes somebody an apology."""
    return bool(answer.status_code >= 500)


# --- What the house takes


class _Forms(HTMLParser):
    """The fields of every form on a page, by the address that it is sent to."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: dict[str, dict[str, set[str]]] = {}
        self._action, self._select = address, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = urljoin(self.address, given.get("action") or self.address)
            self._fields(self._action)
        elif tag in ("input", "textarea", "select", "button") and self._is_typed(given):
            action = urljoin(self.address, given.get("formaction") or self._action)
            self._fields(action).setdefault(given["name"], set()).add(given.get("value", ""))
            self._select = given["name"] if tag == "select" else ""
        elif tag == "option" and self._select:
            self._fields(self._action)[self._select].add(given.get("value", ""))

    def _is_typed(self, given: Mapping[str, str]) -> bool:
        return given.get("name", "csrfmiddlewaretoken") not in ("", "csrfmiddlewaretoken")

    def _fields(self, action: str) -> dict[str, set[str]]:
        return self.found.setdefault(urlsplit(action).path, {})


# What else may stand in an address besides what stands there for Alma.
OTHER_PARTS = {"step": ("who", "what", "why", "sign")}
UPLOADED = {
    "document": "visit-feedback.questionnaire.json",
    "scoring": "visit-feedback.scoring.json",
}


@dataclass
class Target:
    """One route: an address that is there, who gets in, and which fields it takes."""

    route: str
    name: str
    parts: Mapping[str, str]
    welcome: tuple[str, ...]
    methods: tuple[str, ...] = ()
    fields: dict[str, set[str]] = field(default_factory=dict)

    def address(self, parts: Mapping[str, str]) -> str:
        return "/" + PARAMETER.sub(lambda found: parts[found[2]], self.route)

    @property
    def own_address(self) -> str:
        return self.address(self.parts)

    def addresses(self) -> Iterator[str]:
        """Every address that is there."""
        others = [(name, OTHER_PARTS[name]) for name in self.parts if name in OTHER_PARTS]
        yield self.own_address
        for name, words in others:
            yield from (self.address({**self.parts, name: word}) for word in words)


# What each route takes, as it was on the pages of the house that was read first.
_READ_BEFORE: dict[str, Target] = {}


def targets(house: House, *, is_fresh: bool = True) -> list[Target]:
    """Every route of the house with what its forms take, as they stand on its own pages.

    Reading them all takes seconds. What was read in another house will do where it does not matter
    whether an option of a form is still one.
    """
    found = [
        Target(
            route,
            name,
            {part: quote(str(_names(house, name)[part])) for _, part in PARAMETER.findall(route)},
            ALLOWED.get(name, EVERYONE),
        )
        for route, name in _named_routes()
    ]
    for who in EVERYONE:
        house.browser(who)  # signed in now: what is taken back later takes no sign-in with it
    if is_fresh or not _READ_BEFORE:
        _read(house, found)
        _READ_BEFORE.update({each.route: each for each in found})
    for each in found:
        known = _READ_BEFORE[each.route]
        each.methods, each.fields = known.methods, known.fields
    return found


def _read(house: House, found: Sequence[Target]) -> None:
    """The methods and the fields of each, from what the house answers."""
    by_route = {each.route: each for each in found}
    for each in found:
        refused = send(house, Asked(each.welcome[0], "SEARCH", each.own_address))
        each.methods = tuple(refused.headers.get("Allow", "GET, POST").split(", "))
    _uploaded(house)
    for each in found:
        for page, address in _pages(house, each):
            for action, fields in _fields_of(page, address):
                try:
                    there = by_route.get(resolve(action).route)
                except Resolver404:
                    continue
                for name, values in fields.items() if there else ():
                    there.fields.setdefault(name, set()).update(values)


def _uploaded(house: House) -> None:
    """A questionnaire of another name, which waits to be looked at."""
    asked, scored = (json.loads(document) for document in own_documents())
    asked["url"] = scored["instrument"]["url"] = "https://example.org/another"
    asked["copyright"] = "Somebody else"
    sent = {
        name: SimpleUploadedFile(f"{name}.json", json.dumps(content).encode())
        for name, content in zip(UPLOADED, (asked, scored), strict=True)
    }
    answer = house.browser(INES).post(reverse("instrument_upload"), sent)
    assert answer.status_code == 302, answer.content


@cache
def own_documents() -> tuple[str, ...]:
    """The questionnaire that we ask after a visit, and how it is scored."""
    library = files("alongside.clinic.instruments") / "library"
    return tuple((library / name).read_text(encoding="utf-8") for name in UPLOADED.values())


def _named_routes() -> Iterator[tuple[str, str]]:
    by_view = {(str(pattern.pattern), pattern.callback): name for name, pattern in routes().items()}
    for route, view in all_routes():
        ending = [
            name for (own, seen), name in by_view.items() if seen is view and route.endswith(own)
        ]
        yield route, max(ending, key=len, default="")


def _names(house: House, route: str) -> dict[str, Any]:
    """What stands in the address of a route, for Alma."""
    visit = house.clinic.alma.visits.order_by("-pk")[0]
    slot = visit.feedback_slot
    assert slot is not None
    way_in = WayIn.KIOSK if route == "kiosk_changes" else WayIn.LINK
    known = {"token": token_for(slot, way_in), "code": "ABCD-EFGH-JKLM", "digest": "none"}
    return {**known, **house.names.get(route, {})}


def _pages(house: House, target: Target) -> Iterator[tuple[str, str]]:
    """What a route shows to those who get in, before and after something is sent to it."""
    sent = SENT.get(target.name, {"stage": "look"})
    for address in target.addresses():
        for who in {target.welcome[0], target.welcome[-1]}:
            for method in ("get", "post"):
                with undone():
                    browser = _browser(False)
                    browser.cookies = house.browser(who).cookies
                    answer = getattr(browser, method)(address, sent if method == "post" else None)
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    yield answer.content.decode(), address


def _fields_of(page: str, address: str) -> Iterator[tuple[str, dict[str, set[str]]]]:
    reader = _Forms(address)
    reader.feed(page)
    yield from reader.found.items()


@cache
def form_classes() -> tuple[type[forms.BaseForm], ...]:
    """Every form of the interfaces."""
    for module in walk_packages([str(SOURCE)], "alongside.interfaces."):
        if ".cli." not in module.name and not module.name.endswith(".cli"):
            import_module(module.name)
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    found = []
    while waiting:
        each = waiting.pop()
        waiting += each.__subclasses__()
        if each.__module__.startswith("alongside.interfaces"):
            found.append(each)
    return tuple(sorted(set(found), key=lambda form: (form.__module__, form.__name__)))


@cache
def names_read() -> tuple[str, ...]:
    """Every name that a form has or that a view reads from a request."""
    names = {name for form in form_classes() for name in form.base_fields}
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names |= set(_names_at(node))
    return tuple(sorted(names))


def _names_at(node: ast.AST) -> Iterator[str]:
    """The words in `request.POST.get("…")`, `request.GET["…"]` and their like."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        read, words = node.func.value, node.args[:1]
    elif isinstance(node, ast.Subscript):
        read, words = node.value, [node.slice]
    else:
        return
    if isinstance(read, ast.Attribute) and read.attr in ("POST", "GET", "FILES", "headers"):
        yield from (each.value for each in words if isinstance(each, ast.Constant))


# --- How a request is drawn


def values() -> st.SearchStrategy[bytes]:
    """What may stand in a field."""
    fair = (
        "5",
        "yes",
        "no",
        "Some words.",
        "2026-03-20",
        "10:00",
        "50",
        "en",
        "es",
        PASSWORD,
        "274951",
    )
    return st.one_of(
        st.sampled_from([word.encode() for word in fair]),
        st.sampled_from([word.encode() for word in ODD_WORDS]),
        st.sampled_from(ODD_BYTES),
        st.sampled_from((b"\x00", b"5\x00", b"\xed\xa0\x80")),
        st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.binary(max_size=20),
    )


ODD_JSON = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        1e308,
        10**30,
        "",
        " ",
        "\x00",
        "\ud800",
        "x" * 5000,
        "<b>",
        "http://[",
    ),
    *([], {}, [[]], [None], {"a": {}}, ["A1", "A1"], "A1", "integer", "9" * 5000),
)


@st.composite
def documents(draw: st.DrawFn, name: str) -> bytes:
    """One of our own documents with something else in one place of it."""
    document = json.loads(own_documents()[list(UPLOADED).index(name)])
    places = list(_places(document))
    holder, key = places[draw(st.integers(0, len(places) - 1))]
    change = draw(st.sampled_from(("odd", "odd", "gone", "doubled", "as it is")))
    if change == "odd":
        holder[key] = draw(st.sampled_from(ODD_JSON))
    elif change == "gone":
        del holder[key]
    elif change == "doubled" and isinstance(holder, list):
        holder.append(holder[key])
    return json.dumps(document).encode()


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in a document, as the list or the object that holds it and where."""
    if isinstance(document, dict | list):
        inside = document.items() if isinstance(document, dict) else enumerate(document)
        for key, value in list(inside):
            yield document, key
            yield from _places(value)


@st.composite
def fields(draw: st.DrawFn, target: Target) -> list[tuple[bytes, bytes]]:
    """What a form sends: its own fields as they should be, some of them spoiled, and others."""
    sent: list[tuple[bytes, bytes]] = []
    own = sorted(target.fields)
    spoiled = set(draw(st.lists(st.sampled_from(own), min_size=1, max_size=3))) if own else set()
    for name in own:
        known = sorted(target.fields[name])
        if name in spoiled:
            ending = draw(st.sampled_from(NAME_ENDINGS))
            sent += [
                (f"{name}{ending}".encode(), value)
                for value in draw(st.lists(values(), min_size=1, max_size=2))
            ]
        elif name in UPLOADED:
            sent.append((name.encode(), draw(documents(name))))
        elif draw(st.integers(0, 9)):
            value = draw(st.sampled_from(known))
            sent.append(
                (
                    name.encode(),
                    (value or draw(st.sampled_from(("", "5", "Words"))).strip()).encode(),
                )
            )
    more = st.tuples(st.sampled_from(names_read()).map(str.encode), values())
    return sent + draw(st.lists(more, max_size=2))


def urlencoded(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    return "&".join(
        f"{quote_from_bytes(name)}={quote_from_bytes(value)}" for name, value in pairs
    ).encode()


def multipart(pairs: Sequence[tuple[bytes, bytes]], heads: Sequence[bytes]) -> bytes:
    """A body in parts, each with one of these further headers."""
    parts = []
    for n, (name, value) in enumerate(pairs):
        is_file = name.decode("utf-8", "replace") in UPLOADED
        head = heads[n % len(heads)] if heads else b'; filename="a.json"' if is_file else b""
        called = name.replace(b'"', b"%22").replace(b"\r", b"").replace(b"\n", b"")
        parts.append(b'--x\r\nContent-Disposition: form-data; name="' + called + b'"' + head)
        parts.append(b"\r\n\r\n" + value + b"\r\n")
    return b"".join((*parts, b"--x--\r\n"))


PART_HEADS = (
    *(b"", b"", b'; filename="a.json"', b'; filename=""', b'; filename="../../x"'),
    *(b'; filename="a\x00.json"', b"; filename*=UTF-8''%ff", b'; filename="' + b"a" * 3000 + b'"'),
    *(b"\r\nContent-Transfer-Encoding: base64", b"\r\nContent-Transfer-Encoding: nonsense"),
    *(b"\r\nContent-Type: text/plain; charset=nonsense", b"\r\nX: " + b"y" * 2000, b"\r\n"),
)


@st.composite
def bodies(draw: st.DrawFn, target: Target) -> tuple[str, bytes]:
    """A content type and a body, which need not belong together."""
    takes_files = not target.fields.keys().isdisjoint(UPLOADED)
    kind = draw(st.sampled_from(KINDS[20:24] if takes_files else KINDS))
    pairs = draw(fields(target))
    if kind.startswith("multipart"):
        body = multipart(pairs, draw(st.lists(st.sampled_from(PART_HEADS), max_size=3)))
    elif kind == "application/json":
        body = draw(
            st.sampled_from([b"{}", b"[]", b"null", b"{", b"[" * 3000, b'{"q1": NaN}', b"\xff"])
        )
    else:
        body = urlencoded(pairs)
    if draw(st.integers(0, 15)) == 0:
        body = draw(st.one_of(st.just(body[: len(body) // 2]), st.binary(max_size=60)))
    return kind, body


@st.composite
def addresses(draw: st.DrawFn, target: Target) -> str:
    """The address of a route, mostly as it is, with a query."""
    parts = {
        name: draw(st.sampled_from(ODD_PARTS))
        if draw(st.integers(0, 5)) == 0
        else draw(st.sampled_from(OTHER_PARTS.get(name, (own,))))
        for name, own in target.parts.items()
    }
    address = target.address(parts)
    if draw(st.integers(0, 3)) == 0:
        pair = st.tuples(st.sampled_from(names_read()).map(str.encode), values())
        address += "?" + urlencoded(draw(st.lists(pair, min_size=1, max_size=3))).decode()
    return address


@st.composite
def requests(draw: st.DrawFn, every: Sequence[Target]) -> Asked:
    """Any request to any route by anybody."""
    target = draw(st.sampled_from(every))
    is_welcome = draw(st.integers(0, 9)) > 0
    who = draw(st.sampled_from(target.welcome if is_welcome else (*EVERYONE, STRANGER)))
    method = draw(st.sampled_from(METHODS if draw(st.integers(0, 11)) == 0 else target.methods))
    kind, body = ("", b"") if method in ("GET", "HEAD") else draw(bodies(target))
    named = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2, unique=True))
    if draw(st.integers(0, 2)):
        named = []
    headers = tuple((name, draw(st.sampled_from(HEADERS[name]))) for name in named)
    return Asked(
        who,
        method,
        draw(addresses(target)),
        kind,
        body,
        headers,
        checks_token=draw(st.integers(0, 15)) == 0,
    )
