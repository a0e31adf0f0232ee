"""OWASP ASVS 5.0.0, levels 1 and 2: each row is kept with evidence that exists, or says why not."""

from __future__ import annotations

import ast
import csv
import logging
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest
from django.test import Client as Browser

from alongside.clinic.vault.envelope import HEAD, NONCE, Place, seal
from alongside.clinic.vault.keyring import the_keyring
from tests.factories.clinic import small_clinic
from tests.promises import figures

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "asvs.csv"
Row: TypeAlias = Mapping[str, str]

PASS, NOT_APPLICABLE, OPEN = "pass", "not applicable", "open"

# The level of each requirement by its place in its section, from the standard's own flat file.
LEVELS = {
    "1.1": "22",
    "1.2": "1111122223",
    "1.3": "112222222223",
    "1.4": "222",
    "1.5": "123",
    "2.1": "122",
    "2.2": "112",
    "2.3": "12223",
    "2.4": "23",
    "3.1": "3",
    "3.2": "113",
    "3.3": "12223",
    "3.4": "11222233",
    "3.5": "11122333",
    "3.6": "3",
    "3.7": "22333",
    "4.1": "12233",
    "4.2": "23333",
    "4.3": "22",
    "4.4": "1222",
    "5.1": "2",
    "5.2": "112333",
    "5.3": "113",
    "5.4": "222",
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
    "8.1": "1233",
    "8.2": "1123",
    "8.3": "133",
    "8.4": "23",
    "9.1": "111",
    "9.2": "1222",
    "10.1": "22",
    "10.2": "223",
    "10.3": "22223",
    "10.4": "1111122222233333",
    "10.5": "22222",
    "10.6": "22",
    "10.7": "222",
    "11.1": "2233",
    "11.2": "22233",
    "11.3": "11233",
    "11.4": "1222",
    "11.5": "23",
    "11.6": "23",
    "11.7": "33",
    "12.1": "12233",
    "12.2": "11",
    "12.3": "22223",
    "13.1": "2333",
    "13.2": "222223",
    "13.3": "2233",
    "13.4": "1222233",
    "14.1": "22",
    "14.2": "12223333",
    "14.3": "122",
    "15.1": "12233",
    "15.2": "12233",
    "15.3": "1222222",
    "15.4": "3333",
    "16.1": "2",
    "16.2": "22222",
    "16.3": "2222",
    "16.4": "222",
    "16.5": "2223",
    "17.1": "23",
    "17.2": "22223333",
    "17.3": "22",
}
PER_CHAPTER = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
# Of level 3 what touches this house most, and the part of 16.3.2 that level 3 asks for.
TAKEN_FROM_LEVEL_3 = {
    *("V3.4.7", "V3.4.8", "V5.3.3", "V6.3.7", "V6.3.8", "V6.5.6", "V7.5.3", "V8.3.2", "V8.3.3"),
    *("V11.3.4", "V13.3.4", "V14.2.6", "V14.2.7", "V14.2.8", "V15.4.2", "V16.3.2", "V16.5.4"),
}
NEVER_OPEN = ("V6", "V7", "V8", "V11", "V14")


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def standard() -> set[tuple[str, str]]:
    """The number and level of every requirement."""
    return {
        (f"V{section}.{place}", level)
        for section, levels in LEVELS.items()
        for place, level in enumerate(levels, 1)
    }


def chapter(row: Row) -> str:
    return row["id"].partition(".")[0]


@cache
def names_of_tests(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@cache
def headings_in(path: Path) -> frozenset[str]:
    found = re.findall(r"(?m)^#+ (.+)$", path.read_text(encoding="utf-8"))
    return frozenset(re.sub(r"[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in found)


def problem_of(row: Row) -> str:
    """Why the row says nothing that can be relied on, or nothing."""
    if row["status"] not in (PASS, NOT_APPLICABLE, OPEN):
        return "no such status"
    if not row["subject"]:
        return "no subject"
    if row["status"] != PASS and len(row["note"]) < 8:
        return "no reason"
    return _problem_of_evidence(row["evidence"])


def _problem_of_evidence(evidence: str) -> str:
    path, mark, name = re.fullmatch(r"([^:#]*)(::|:|#)?(.*)", evidence).groups()  # type: ignore[union-attr]
    file = ROOT / path
    if not path or not file.is_file():
        return "no such file"
    known = {
        None: not path.startswith("tests/"),
        "::": name in names_of_tests(file) if file.suffix == ".py" else False,
        ":": bool(name) and name in file.read_text(encoding="utf-8"),
        "#": file.suffix == ".md" and name in headings_in(file),
    }
    return "" if known[mark] else "no such place in the file"


def is_tested(row: Row) -> bool:
    return "::" in row["evidence"]


def test_the_standard_is_whole() -> None:
    levels = Counter(level for _, level in standard())
    assert (levels["1"], levels["2"], levels["3"]) == (70, 183, 92)
    assert levels.total() == 345


def test_the_table_has_every_row_that_it_must_have_once() -> None:
    told = [(row["id"], row["level"]) for row in rows()]
    asked = {each for each in standard() if each[1] != "3"}
    assert set(told) == asked | {(each, "3") for each in TAKEN_FROM_LEVEL_3}
    assert len(told) == len(set(told)) == 253 + 17
    per_chapter = Counter(chapter(row) for row in rows() if row["level"] != "3")
    assert tuple(per_chapter[f"V{n}"] for n in range(1, 18)) == PER_CHAPTER
    assert sum(PER_CHAPTER) == 253


def test_all_that_is_taken_from_level_3_is_of_level_3() -> None:
    of_level_3 = {number for number, level in standard() if level == "3"}
    assert TAKEN_FROM_LEVEL_3 - of_level_3 == {"V16.3.2"}


@pytest.mark.promise
def test_every_row_is_kept_or_says_why_not() -> None:
    assert [(row["id"], problem) for row in rows() if (problem := problem_of(row))] == []
    asked = [row for row in rows() if row["level"] != "3"]
    applicable = [row for row in asked if row["status"] != NOT_APPLICABLE]
    kept = [row for row in applicable if row["status"] == PASS]
    tested = [row for row in kept if is_tested(row)]
    left_open = [row["id"] for row in asked if row["status"] == OPEN]
    assert [each for each in left_open if each.startswith(tuple(f"{v}." for v in NEVER_OPEN))] == []
    assert len(kept) >= 0.95 * len(applicable)
    assert len(tested) >= 0.60 * len(applicable)
    none = len(asked) - len(applicable)
    figures.record(
        "B3",
        part="levels 1 and 2",
        found=len(kept),
        of=len(applicable),
        what="requirements of OWASP ASVS 5.0.0 that apply are met",
        note=f"of {len(asked)} rows {none} do not apply; open: {', '.join(left_open)}",
    )
    figures.record(
        "B3",
        part="tested",
        found=len(tested),
        of=len(kept),
        what="of those that are met name a test that can be run again",
    )


GOOD = {"id": "V1.1.1", "level": "2", "subject": "x", "status": PASS, "note": ""}


@pytest.mark.parametrize(
    "evidence",
    [
        "tests/promises/test_asvs.py::test_the_standard_is_whole",
        "pyproject.toml:strict",
        "docs/reference/security-rules.md#ways-in",
        "requirements.lock",
    ],
)
def test_evidence_that_is_there_will_do(evidence: str) -> None:
    assert problem_of({**GOOD, "evidence": evidence}) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": ""},
        {"evidence": "tests/promises/test_asvs.py"},
        {"evidence": "tests/promises/test_asvs.py::test_that_nobody_wrote"},
        {"evidence": "tests/promises/test_nothing.py::test_the_standard_is_whole"},
        {"evidence": "pyproject.toml:no such line in it"},
        {"evidence": "docs/reference/security-rules.md#no-such-heading"},
        {"evidence": "docs/reference/nothing.md"},
        {"evidence": "requirements.lock", "status": "done"},
        {"evidence": "requirements.lock", "status": OPEN},
        {"evidence": "requirements.lock", "status": NOT_APPLICABLE},
        {"evidence": "requirements.lock", "subject": ""},
    ],
)
def test_control_a_row_that_proves_nothing_is_found(change: dict[str, str]) -> None:
    assert problem_of({**GOOD, **change}) != ""


# --- Rows that no other test stands for


@pytest.mark.django_db
def test_every_kind_of_answer_names_its_type_and_charset() -> None:
    clinic, stranger, dana = small_clinic(), Browser(), Browser()
    dana.force_login(clinic.dana)
    sheet = re.search(r'href="(/style/[^"]+)"', stranger.get("/sign-in/").content.decode())
    assert sheet
    types = {
        path: browser.get(path).headers["Content-Type"]
        for browser, path in (
            *((stranger, path) for path in ("/sign-in/", "/help/", "/nothing/", sheet[1])),
            *((stranger, path) for path in ("/site.webmanifest", "/policy-report/")),
            *((dana, path) for path in ("/caseload/", "/administration/staff/")),
        )
    }
    assert types.pop(sheet[1]) == "text/css; charset=utf-8"
    assert types.pop("/site.webmanifest") == "application/manifest+json"
    assert set(types.values()) == {"text/html; charset=utf-8"}


@pytest.mark.django_db
def test_no_nonce_comes_twice() -> None:
    key, place = the_keyring().newest("client:1"), Place("table", "column", "client:1", ("row",))
    sealed = [seal(b"the same words", key, place) for _ in range(5_000)]
    nonces = {each[HEAD.size : HEAD.size + NONCE] for each in sealed}
    assert len(nonces) == 5_000 and {len(each) for each in nonces} == {12}


@pytest.mark.django_db
def test_an_error_of_ours_is_in_the_log_with_its_place(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("something that nobody foresaw")

    monkeypatch.setattr("alongside.interfaces.therapist.views.caseload_of", fails)
    dana = Browser(raise_request_exception=False)
    dana.force_login(small_clinic().dana)
    assert dana.get("/caseload/").status_code == 500
    (line,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert line.exc_info and "nobody foresaw" in caplog.text and "in fails" in caplog.text
