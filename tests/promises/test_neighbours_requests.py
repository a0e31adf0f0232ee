"""Faults that others had, hunted by requests to every address of the house.

Each hunt is shown to find its fault in a view that has it. What stands at an address, who gets in
and which fields it takes comes from the house itself, as in fuzzing.py.
"""

from __future__ import annotations

import csv
import io
import itertools
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client as Browser
from django.test import override_settings
from django.views.decorators.csrf import csrf_exempt

from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.disclosures.own_copy import OwnFormat, make_own_copy
from alongside.clinic.disclosures.spreadsheets import csv_of
from alongside.clinic.people.models import Client, Person
from alongside.interfaces.shared.declared import DECLARED, declared_of
from tests.factories.sharing import consented, files_in, released, wish_for
from tests.promises.fuzzing import FORM, Asked, Target, names_read, send, targets, urlencoded
from tests.promises.hostile_words import fill
from tests.promises.house import (
    DANA,
    EVERYONE,
    SENT,
    STRANGER,
    House,
    routes,
    rows_but_looks,
    undone,
)
from tests.promises.house import house as house  # noqa: PLC0414  # the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]
EVIL = "evil.example"


@pytest.fixture(autouse=True)
def _refusals_are_not_written_down() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def every(house: House) -> list[Target]:
    return targets(house, is_fresh=False)


@contextmanager
def instead_of(name: str, view: Callable[..., HttpResponse]) -> Iterator[None]:
    """Another view at the address of this route."""
    pattern = routes()[name]
    own, pattern.callback = pattern.callback, as_declared(view, pattern.callback)
    try:
        yield
    finally:
        pattern.callback = own


def as_declared(
    view: Callable[..., HttpResponse], own: Callable[..., HttpResponse]
) -> Callable[..., HttpResponse]:
    """The view, which says of itself what the page's own says: it is served as that one is."""
    setattr(view, DECLARED, declared_of(own))
    return view


def one(every: list[Target], name: str) -> list[Target]:
    return [target for target in every if target.name == name]


def fair(target: Target) -> list[tuple[str, str]]:
    """A form as somebody would send it."""
    known = {
        name: next((v for v in sorted(values) if v), "5") for name, values in target.fields.items()
    }
    return sorted({**known, **SENT.get(target.name, {})}.items())


def encoded(pairs: Iterable[tuple[str, str]]) -> bytes:
    return urlencoded([(name.encode(), value.encode()) for name, value in pairs])


# --- 14: a deed needs the token of its page


def done_without_token(house: House, every: list[Target]) -> list[tuple[str, str, int]]:
    """The deeds that a page of another site could do: no token, one of its own, one by a header."""
    done = []
    forged = (
        ("HTTP_COOKIE", ""),
        ("HTTP_X_CSRFTOKEN", "a" * 32),
        ("HTTP_ORIGIN", f"http://{EVIL}"),
    )
    for target in every:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            for headers in ((), *((each,) for each in forged[1:])):
                body = encoded([*fair(target), ("csrfmiddlewaretoken", "a" * 32)])
                asked = Asked(
                    target.welcome[0], method, target.own_address, FORM, body, headers, True
                )
                answer = send(house, asked)
                if answer.status_code not in (403, 405):
                    done.append((target.name, method, answer.status_code))
    return done


def test_every_deed_needs_the_token_of_its_page(house: House, every: list[Target]) -> None:
    before = rows_but_looks()
    # An address without its last sign is answered by the way to the whole one, which does nothing.
    # A browser's own report of a broken rule comes without one, and changes nothing.
    assert {name for name, _, _ in done_without_token(house, every)} <= {"", "shared:policy_report"}
    assert rows_but_looks() == before
    let_through = send(house, Asked(DANA, "POST", "/caseload/", FORM, b"q=Alma"))
    assert let_through.status_code in (200, 302), "with a token it is done"


def test_control_a_view_that_asks_for_no_token_is_found(house: House, every: list[Target]) -> None:
    @csrf_exempt
    def open_to_all(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("Done.")

    with instead_of("staff_add", open_to_all):
        found = done_without_token(house, one(every, "staff_add"))
    assert {name for name, _, _ in found} == {"staff_add"}


# --- 3 and 31: what no form has


def extras(house: House) -> list[tuple[str, str]]:
    """Keys that a body could bring to reach further, with what they would point to."""
    bruno, omar = house.clinic.bruno, house.clinic.omar
    named = {
        **dict.fromkeys(("client", "client_id", "clients", "record"), str(bruno.pk)),
        **dict.fromkeys(("client_public_id", "client_key", "public_id", "uuid"), bruno.public_id),
        **dict.fromkeys(("id", "pk", "number", "_method", "form_id"), "1"),
        **dict.fromkeys(
            ("person", "person_id", "therapist", "therapist_id", "owner"), str(omar.pk)
        ),
        **dict.fromkeys(
            ("user", "user_id", "supervisor_id", "author", "by", "actor"), str(omar.pk)
        ),
        **dict.fromkeys(
            ("role", "acting_as", "is_staff", "is_superuser", "is_admin"), "administrator"
        ),
        **dict.fromkeys(("consent_id", "visit_id", "slot", "slot_id", "version_id"), "1"),
        **dict.fromkeys(("state", "released_at", "is_demo", "now", "is_active"), "1"),
        "client[id]": str(bruno.pk),
        "client.id": str(bruno.pk),
        "__class__": "administrator",
    }
    return sorted(named.items())


def structure() -> dict[str, list[tuple[Any, ...]]]:
    """Who belongs to whom and what stands how, in every table: what such keys would change."""
    found = {}
    for model in apps.get_models():
        if model._meta.label in ("credentials.SignIn", "audit.AuditEvent", "audit.AuditTree"):
            continue
        names = [
            field.attname
            for field in model._meta.local_concrete_fields
            if isinstance(field, models.ForeignKey | models.BooleanField) or field.choices
        ]
        rows = model._base_manager.values_list(*names) if names else []
        found[model._meta.label] = sorted(map(repr, rows))
    return found


def done_by(house: House, asked: Asked) -> tuple[int, dict[str, list[Any]]]:
    """What a request answers, and how all stands after it; then it is taken back."""
    signed = house.browser(asked.who)
    numbers = itertools.count(10**15)  # somebody new has the same number each time
    with undone(), patch("secrets.randbits", lambda _: next(numbers)):
        answer = signed.generic(asked.method, asked.address, asked.body, asked.kind)
        return answer.status_code, structure()


def changed_by_extras(house: House, every: list[Target]) -> tuple[list[str], int]:
    """The forms that do something else when they bring more, and how many did something at all."""
    changed, n_done, unchanged = [], 0, structure()
    for target in every:
        if "POST" not in target.methods or target.name in ("", "staff_password"):
            continue
        own = fair(target)
        more = [pair for pair in extras(house) if pair[0] not in dict(own)]
        who, at = target.welcome[0], target.own_address
        plain = done_by(house, Asked(who, "POST", at, FORM, encoded(own)))
        # Also before the own ones, in the query and in the body.
        spoiled = done_by(
            house,
            Asked(who, "POST", f"{at}?{encoded(more).decode()}", FORM, encoded([*more, *own])),
        )
        n_done += plain[1] != unchanged
        if plain != spoiled:
            changed.append(f"{target.name}: {plain[0]}, {spoiled[0]}")
    return changed, n_done


def test_no_key_that_no_form_has_changes_what_a_form_does(
    house: House, every: list[Target]
) -> None:
    changed, n_done = changed_by_extras(house, every)
    assert changed == []
    assert n_done > 15, "enough forms did something"


def test_control_a_view_that_obeys_such_a_key_is_found(house: House, every: list[Target]) -> None:
    def obeys(request: HttpRequest, **_: str) -> HttpResponse:
        if "therapist_id" in request.POST:
            Person.objects.filter(pk=request.POST["therapist_id"]).update(is_active=False)
        return HttpResponse("Done.")

    with instead_of("talked_about", obeys):
        changed, _ = changed_by_extras(house, one(every, "talked_about"))
    assert changed == ["talked_about: 200, 200"]


# --- 7 and 8: SQL that was sent

SQL = (
    "pwn') --",
    "pwn' OR '1'='1",
    "pwn'; DROP TABLE people_client; --",
    "(SELECT pwn FROM sqlite_master)",
    "-pk, (CASE WHEN 1=1 THEN pwn ELSE 1 END)",
    "pwn\\' UNION SELECT 1,2,3 --",
    'pwn") UNION SELECT sql FROM sqlite_master --',
)
SORTS = ("_sort", "sort", "order", "order_by", "o", "filter", "q", "page", "search", "client__id")


def sql_of_ours(house: House, every: list[Target]) -> list[tuple[str, str]]:
    """The statements in which something that was sent stands in the statement itself."""
    found: list[tuple[str, str]] = []

    def look(execute: Any, sql: str, *more: Any) -> Any:
        if "pwn" in sql:
            found.append((target.name, sql))
        return execute(sql, *more)

    for target in every:
        names = sorted({*target.fields, *SORTS})
        for attack in SQL[: 2 if len(every) > 1 and not target.fields else None]:
            sent = encoded((name, attack) for name in names[:20])
            who, address = target.welcome[0], f"{target.own_address}?{sent.decode()}"
            with connection.execute_wrapper(look):
                send(house, Asked(who, "GET", address))
                send(house, Asked(who, "POST", address, FORM, sent))
    return found


def test_no_sql_is_run_that_was_sent(house: House, every: list[Target]) -> None:
    assert sql_of_ours(house, every) == []


def test_control_a_list_that_is_sorted_by_what_was_sent_is_found(
    house: House, every: list[Target]
) -> None:
    def sorted_as_sent(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            try:
                cursor.execute(
                    f"SELECT id FROM people_client ORDER BY {request.GET.get('sort', 1)}"
                )
            except Exception:
                return HttpResponse("No.")
        return HttpResponse("Yes.")

    with instead_of("caseload", sorted_as_sent):
        assert sql_of_ours(house, one(every, "caseload"))


# --- 11: what comes back of a query and of headers

ECHO = "<pwned\"'>"
ECHOED_HEADERS = (
    *("HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_HOST"),
    *("HTTP_X_FORWARDED_FOR", "HTTP_ACCEPT", "HTTP_ORIGIN", "HTTP_X_ORIGINAL_URL"),
)


def echoes(house: House, every: list[Target]) -> list[tuple[str, str]]:
    """The addresses whose answer holds as markup what a link or a header brought."""
    found = []
    query = "?" + encoded([(name, ECHO) for name in names_read()][:90]).decode()
    headers = tuple((name, ECHO) for name in ECHOED_HEADERS)
    for target in every:
        odd = target.address({name: quote(ECHO) for name in target.parts})
        for who in {target.welcome[0], STRANGER}:
            for asked in (
                Asked(who, "GET", target.own_address + query, headers=headers),
                Asked(who, "GET", odd),
                Asked(who, "POST", target.own_address + query, FORM, query[1:].encode(), headers),
            ):
                answer = send(house, asked)
                if b"<pwned" in answer.content or "<pwned" in str(dict(answer.headers)):
                    found.append((target.name, asked.method))
    return found


def test_nothing_in_a_query_or_a_header_comes_back_as_markup(
    house: House, every: list[Target]
) -> None:
    assert echoes(house, every) == []
    shown = send(house, Asked(STRANGER, "POST", "/sign-in/", FORM, encoded([("name", ECHO)])))
    assert b"&lt;pwned" in shown.content, "as words it does come back"


def test_control_a_view_that_gives_back_a_query_is_found(house: House, every: list[Target]) -> None:
    def gives_back(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"Nothing for {request.GET.get('q')}")

    with instead_of("caseload", gives_back):
        assert echoes(house, one(every, "caseload"))


# --- 16 and 17: paths

UP = (
    *("../{}", "../../{}", "..%2f{}", "%2e%2e/{}", "%2e%2e%2f{}", "..%5c{}", "....//{}", "..;/{}"),
    *("%252e%252e%252f{}", "..%c0%af{}", "/%2f{}", "{}%00.css", "./../{}", "%2f%2f{}", "~/{}"),
)
HIDDEN = ("settings.py", "keys/secret", "clinic.sqlite3", "etc/passwd", "config/settings.py")
INSIDE_OF_THEM = (b"SECRET_KEY", b"root:", b"SQLite format 3", b"INSTALLED_APPS")


def paths(every: list[Target]) -> Iterator[str]:
    """Every way up from every address that takes a word, and from the folder of static files."""
    for way in UP:
        for file in HIDDEN:
            odd = way.format(file)
            yield from (f"/static/{odd}", f"/static/shared/{odd}", f"/{odd}")
            if file == HIDDEN[0]:
                for target in every:
                    for name in target.parts:
                        yield target.address({**target.parts, name: odd})


def leads_out(ask: Callable[[str], HttpResponse], every: list[Target]) -> list[str]:
    found = []
    for path in paths(every):
        answer = ask(path)
        held = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if any(inside in held for inside in INSIDE_OF_THEM):
            found.append(path)
    return found


def test_no_path_leads_out_of_its_folder(house: House, every: list[Target]) -> None:
    (Path(settings.STATIC_ROOT).parent / "settings.py").write_text("SECRET_KEY = ''")
    browser = house.browser(DANA)
    with undone():
        assert leads_out(browser.get, every) == []
        script = b"".join(browser.get("/static/shared/forms.js").streaming_content)
    assert b"function" in script, "what is in the folder is given out"


def test_control_a_view_that_joins_paths_is_found(tmp_path: Path, every: list[Target]) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "settings.py").write_text("SECRET_KEY = ''")

    def naive(path: str) -> HttpResponse:
        file = tmp_path / path.lstrip("/")
        return HttpResponse(file.read_bytes() if "%" not in path and file.is_file() else b"")

    assert leads_out(naive, [])


# --- 19: hosts

HOSTS = (
    *(EVIL, f"{EVIL}:80", f"testserver.{EVIL}", f"testserver@{EVIL}", f"{EVIL}#testserver"),
    *(f"testserver:80@{EVIL}", f"[::1].{EVIL}", "169.254.169.254", "[::ffff:10.0.0.1]", ""),
)


def believed(browser: Browser) -> list[tuple[str, str]]:
    """The hosts that a request named and that came back, or that were let in."""
    found = []
    for host in HOSTS:
        for path in ("/", "/sign-in/", "/caseload/", "/begin/", "/help/", "/nowhere/"):
            for headers in (
                {"HTTP_HOST": host},
                {"HTTP_X_FORWARDED_HOST": host},
                {"HTTP_X_FORWARDED_SERVER": host, "HTTP_FORWARDED": f"host={host}"},
            ):
                answer = browser.get(path, **headers)
                said = answer.content.decode() + str(dict(answer.headers))
                is_in = "HTTP_HOST" in headers and host and answer.status_code != 400
                if EVIL in said or is_in:
                    found.append((host, path))
    return found


def test_no_host_that_a_request_names_is_believed() -> None:
    assert "*" not in settings.ALLOWED_HOSTS
    with override_settings(ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"]):
        assert believed(Browser()) == []


def test_control_a_house_that_answers_to_every_name_is_found() -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert believed(Browser())


# --- 25: cells

FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("//x")')
A_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def dangerous(table: bytes) -> list[str]:
    """The cells that a spreadsheet would take for a formula."""
    rows = csv.reader(io.StringIO(table.decode(), newline=""))
    return [
        cell
        for row in rows
        for cell in row
        if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        and not A_NUMBER.fullmatch(cell.strip())
    ]


def tables_of(house: House) -> Iterator[tuple[str, bytes]]:
    """Every table that leaves the house: Alma's own copy, and what Dana gives away."""
    clinic = house.clinic
    copy = make_own_copy(
        client=Client.objects.get(pk=clinic.alma.pk),
        wanted=OwnFormat.TABLES,
        language="en",
        request_key="tables",
        by=clinic.as_actor(clinic.alma.person),
        now=clinic.now,
    )
    segments = (RecordSegment.ATTENDANCE, RecordSegment.OUTCOMES)
    consented(clinic, *segments)
    given = released(clinic, wish_for(clinic, *segments))
    for left in (copy, given):
        held = files_in(left.package.content).items()
        yield from ((name, content) for name, content in held if name.endswith(".csv"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_any_table_begins_like_a_formula(house: House, formula: str) -> None:
    _say_everywhere(formula)
    tables = list(tables_of(house))
    assert [(name, cell) for name, table in tables for cell in dangerous(table)] == []
    assert len(tables) > 3
    assert any(formula.strip() in table.decode().replace('""', '"') for _, table in tables)


def _say_everywhere(words: str) -> None:
    """These words alone, without a mark before them, in every column of words."""
    from tests.promises import hostile_words

    mark, hostile_words.mark = hostile_words.mark, lambda _number: ""
    try:
        fill(lambda _column: words)
    finally:
        hostile_words.mark = mark


def test_control_a_cell_that_was_not_made_harmless_is_found() -> None:
    rows = [[formula, 5, "-3", "words"] for formula in FORMULAS]
    assert dangerous(csv_of(["a", "b", "c", "d"], rows)) == []
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    assert len(dangerous(written.getvalue().encode())) == len(FORMULAS)


# --- 26: other sites, 27: circles

ELSEWHERE = (
    *(f"//{EVIL}", f"https://{EVIL}", f"/\\{EVIL}", f"/\t/{EVIL}", f"http:{EVIL}"),
    *(f"https://testserver@{EVIL}", f"javascript://{EVIL}/%0aalert(1)", f"\\\\{EVIL}"),
)
LEADING = (
    "next",
    "url",
    "redirect",
    "return",
    "return_to",
    "to",
    "goto",
    "continue",
    "from",
    "back",
)


def led_elsewhere(house: House, every: list[Target]) -> list[tuple[str, str]]:
    found = []
    for target in every:
        for n, address in enumerate(ELSEWHERE):
            if n and "next" not in target.fields and len(every) > 1:
                continue
            sent = encoded([*fair(target), *((name, address) for name in LEADING)])
            query = "?" + encoded([(name, address) for name in LEADING]).decode()
            for asked in (
                Asked(target.welcome[0], "GET", target.own_address + query),
                Asked(target.welcome[0], "POST", target.own_address + query, FORM, sent),
                Asked(STRANGER, "GET", target.own_address + query),
            ):
                goes = send(house, asked).headers.get("Location", "")
                parts = urlsplit(goes.replace("\\", "/"))
                if parts.netloc or (goes and not goes.startswith("/")) or goes.startswith("//"):
                    found.append((target.name, goes))
    return found


def test_no_address_leads_elsewhere(house: House, every: list[Target]) -> None:
    assert led_elsewhere(house, every) == []


def test_control_a_view_that_follows_next_is_found(house: House, every: list[Target]) -> None:
    def follows(request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(request.GET.get("next", "/"))

    with instead_of("caseload", follows):
        assert led_elsewhere(house, one(every, "caseload"))


LONGEST_WAY = 5


def circles(house: House, every: list[Target], people: Iterable[str]) -> list[tuple[str, str]]:
    """The ways that come by the same place twice, or that are too long."""
    found = []
    for target in every:
        for who in people:
            seen = [target.own_address]
            while len(seen) <= LONGEST_WAY:
                answer = send(house, Asked(who, "GET", seen[-1]))
                if answer.status_code not in (301, 302, 303, 307, 308):
                    break
                seen.append(answer.headers["Location"])
                if seen[-1] in seen[:-1]:
                    found.append((who, target.name))
                    break
            else:
                found.append((who, target.name))
    return found


def test_no_way_goes_in_circles(house: House, every: list[Target]) -> None:
    assert circles(house, every, EVERYONE[:4]) == []
    assert circles(house, every[:20], EVERYONE[4:]) == []


def test_control_a_circle_is_found(house: House, every: list[Target]) -> None:
    def to_itself(_request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect("/caseload/")

    with instead_of("caseload", to_itself):
        assert circles(house, one(every, "caseload"), [DANA]) == [(DANA, "caseload")]


# --- 30: what a long request costs

SIZES = (50_000, 200_000, 800_000)
STEEPEST = 8.0
"""Four times as long may cost this much more: twice what is linear, on a machine that is busy."""

LONG: dict[str, Callable[[int], dict[str, Any]]] = {
    "one long value": lambda n: {"data": b"q=" + b"a" * n},
    "all in percents": lambda n: {"data": b"q=" + b"%61" * (n // 3)},
    "plus signs": lambda n: {"data": b"q=" + b"+" * n},
    "ampersands": lambda n: {"data": b"&" * n},
    "equal signs": lambda n: {"data": b"q=" + b"=" * n},
    "semicolons": lambda n: {"data": b"q=" + b";" * n},
    "letters of three bytes": lambda n: {"data": b"q=" + "ﷺ".encode() * (n // 3)},
    "marks on one letter": lambda n: {"data": b"q=a" + "\u0301".encode() * (n // 2)},
    "brackets": lambda n: {"data": b"q=" + b"<" * n},
    "blanks": lambda n: {"data": b"q=" + b" " * n + b"x"},
    "line ends": lambda n: {"data": b"q=" + b"\r\n" * (n // 2)},
    "a part of a form": lambda n: {
        "content_type": "multipart/form-data; boundary=x",
        "data": b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n'
        + b"a" * n
        + b"\r\n--x--",
    },
    "base64 of blanks": lambda n: {
        "content_type": "multipart/form-data; boundary=x",
        "data": b'--x\r\nContent-Disposition: form-data; name="q"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + b" " * n + b"\r\n--x--",
    },
    "a part that never ends": lambda n: {
        "content_type": "multipart/form-data; boundary=x",
        "data": b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n' + b"\r\n-" * (n // 3),
    },
    "languages": lambda n: {"data": b"", "HTTP_ACCEPT_LANGUAGE": "en," * (n // 3)},
    "one language": lambda n: {"data": b"", "HTTP_ACCEPT_LANGUAGE": "a-" * (n // 2)},
    "cookies": lambda n: {"data": b"", "HTTP_COOKIE": "a=b; " * (n // 5)},
    "a quoted cookie": lambda n: {"data": b"", "HTTP_COOKIE": 'a="' + "\\" * n + '"'},
    "forwarded for": lambda n: {"data": b"", "HTTP_X_FORWARDED_FOR": "1," * (n // 2)},
    "a browser's name": lambda n: {"data": b"", "HTTP_USER_AGENT": "Mozilla/5.0 (" * (n // 13)},
    "kinds of answers": lambda n: {"data": b"", "HTTP_ACCEPT": "a/b;q=0.1," * (n // 10)},
}


def seconds_of(ask: Callable[[int], object], size: int) -> float:
    """The least of three tries: what else the machine does only adds."""
    tries = []
    for _ in range(3):
        start = perf_counter()
        ask(size)
        tries.append(perf_counter() - start)
    return min(tries)


def is_steep(ask: Callable[[int], object]) -> tuple[float, ...] | None:
    """The seconds at each size, when more than the length grows; none when they grow with it."""
    ask(1_000)
    seconds = tuple(seconds_of(ask, size) for size in SIZES)
    nothing = seconds_of(ask, 0)
    least, middle, most = (max(each - nothing, 0.002) for each in seconds)
    # Only what is worth measuring: under a tenth of a second it cannot be a lever.
    is_worth = seconds[-1] - nothing > 0.1
    return seconds if is_worth and (middle / least > STEEPEST or most / middle > STEEPEST) else None


@pytest.mark.parametrize("what", LONG)
def test_what_is_twice_as_long_costs_about_twice_as_much(house: House, what: str) -> None:
    browser = house.browser(DANA)

    def ask(size: int) -> HttpResponse:
        sent = LONG[what](size)
        kind = sent.pop("content_type", FORM)
        with undone():
            answer = browser.generic("POST", "/caseload/", sent.pop("data"), kind, **sent)
        assert answer.status_code < 500
        return answer

    assert is_steep(ask) is None


def test_a_header_that_no_browser_sends_is_refused_before_it_is_read() -> None:
    for length, status in ((8_000, 200), (9_000, 431)):
        answer = Browser().get("/help/", HTTP_COOKIE='a="' + "x" * length)
        assert answer.status_code == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_control_a_reader_that_reads_all_again_at_each_sign_is_found() -> None:
    def quadratic(size: int) -> int:
        words = "a" * (size // 20)
        return sum(len(words[n:].replace("a", "b")) for n in range(len(words)))

    assert is_steep(quadratic)
