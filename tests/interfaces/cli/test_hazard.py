"""Who may be drifting away, from a file of contacts: a row for each contact, or a sentence that
says what is wrong with the file."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alongside.interfaces.cli.main import alongside
from alongside.methods.engagement.attendance import ContactKind
from tests.interfaces.cli.shell import SOURCES
from tests.interfaces.cli.shell import alongside as in_a_shell
from tests.methods.engagement.clinics import drawn_clinic

HEADINGS = "client,contact,attended\n"
TWO_CLIENTS = HEADINGS + "B,2,1\nA,1,1\nA,2,0\nB,1,0\nA,3,0\nA,4,0\n"


def written(folder: Path, text: str | bytes, name: str = "contacts.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def hazard(path: Path, *more: object) -> Result:
    result = CliRunner().invoke(alongside, ["hazard", str(path), *map(str, more)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def drawn_file(folder: Path, n_clients: int, *, dated: bool = False) -> Path:
    """A file of a clinic with known truth, a contact each week."""
    contacts = drawn_clinic(n_clients, 21)
    day = np.datetime64("2025-01-06") + 7 * (contacts.number - 1)
    lines = [
        f"C{client},{number},{int(kind == ContactKind.ATTENDED)}" + (f",{on}" if dated else "")
        for client, number, kind, on in zip(
            contacts.client, contacts.number, contacts.kind, day, strict=True
        )
    ]
    heading = "client,contact,attended" + (",on" if dated else "")
    return written(folder, "\n".join([heading, *lines]) + "\n")


def test_each_contact_gets_its_row_in_the_order_of_the_file(tmp_path: Path) -> None:
    result = hazard(written(tmp_path, TWO_CLIENTS))
    assert result.exit_code == 0
    rows = rows_of(result.stdout)
    assert [(row["client"], row["contact"]) for row in rows] == [
        *(("B", "2"), ("A", "1"), ("A", "2"), ("B", "1"), ("A", "3"), ("A", "4")),
    ]
    assert [row["consecutive_misses"] for row in rows] == ["0", "0", "1", "1", "2", "3"]
    assert [row["chance"] for row in rows] == ["0.0476", "0.0476", "0.2140", "", "0.6290", ""]
    assert [row["n"] for row in rows] == ["28109", "28109", "5731", "", "1839", ""]
    assert [row["rule_reached"] for row in rows] == ["no", "no", "no", "no", "yes", "yes"]
    assert [row["reasons"] for row in rows] == [
        "",
        "",
        "The last visit was missed.",
        "Has not come yet.",
        "The last 2 visits were missed.",
        "Missed 3 in a row or more: no forecast is made.",
    ]
    assert "6 contacts of 2 clients." in result.stderr
    assert "Published risks stand in." in result.stderr


def test_a_file_with_enough_of_its_own_learns_from_it_and_says_how_well_chances_hold(
    tmp_path: Path,
) -> None:
    path, out = drawn_file(tmp_path, 400), tmp_path / "chances.csv"
    said = hazard(path, "--out", out).stdout
    assert "8000 contacts of 400 clients." in said
    assert "The chance is that of no attended contact in the next 4 contacts." in said
    (share,) = re.findall(r"The file's own model counts for (\d+)%", said)
    assert 60 < int(share) < 100
    (area,) = re.findall(r"AUROC (0\.\d+), 95% interval", said)
    assert float(area) > 0.6
    assert len(re.findall(r"^ +[\d.]+ +[\d.]+ \([\d.]+ to [\d.]+\), n = \d+$", said, re.M)) >= 5
    rows = rows_of(out.read_text())
    told = [float(row["chance"]) for row in rows if row["chance"]]
    assert len(rows) == 8000
    assert min(told) < 0.1 < 0.5 < max(told)


def test_with_days_the_chance_is_of_four_weeks_and_the_last_four_teach_nothing(
    tmp_path: Path,
) -> None:
    facts = json.loads(hazard(drawn_file(tmp_path, 100, dated=True), "--json").stdout)
    assert facts["chance_of"] == "no attended contact in the next 28 days"
    assert facts["last_day"] == "2025-05-19"
    by_number = json.loads(hazard(drawn_file(tmp_path, 100), "--json").stdout)
    # A contact a week: the next four contacts are the next four weeks.
    for name in ("landmarks", "drifted_away", "clients_at_landmarks", "rule_reached_now"):
        assert facts[name] == by_number[name]
    assert facts["landmarks"] < 100 * 16 + 1


def test_json_holds_the_model_its_calibration_and_every_contact(tmp_path: Path) -> None:
    path = drawn_file(tmp_path, 300)
    facts = json.loads(hazard(path, "--json").stdout)
    assert facts["model"]["format"] == "alongside-hazard/1"
    assert facts["model"]["n_people"] <= facts["clients"] == 300
    assert {term["name"] for term in facts["model"]["terms"]} >= {"missed_run", "missed_last_4"}
    assert all(term["standard_error"] > 0 for term in facts["model"]["terms"])
    assert facts["calibration"]["brier"]["n"] == facts["landmarks"]
    assert (
        sum(each["observed"]["n"] for each in facts["calibration"]["curve"]["bins"])
        == (facts["landmarks"])
    )
    assert len(facts["contacts"]) == facts["contacts_read"] == 6000
    again = json.loads(hazard(path, "--json").stdout)
    for each in (facts, again):
        each["model"].pop("fitted_on")
    assert again == facts, "a second run tells the same"


def test_a_packed_file_and_other_columns_are_read(tmp_path: Path) -> None:
    text = "race,attended,client,contact\nx,1,A,1\ny,0,A,2\n"
    path = written(tmp_path, gzip.compress(text.encode()), "contacts.csv.gz")
    rows = rows_of(hazard(path).stdout)
    assert [row["consecutive_misses"] for row in rows] == ["0", "1"]
    assert "race" not in rows[0]


def test_whoever_left_as_agreed_has_not_drifted_away(tmp_path: Path) -> None:
    """Two clients come three times and then no more; care of one of them ended that day."""
    dates = ("2026-01-05", "2026-01-12", "2026-01-19")
    lines = [f"{who},{n},1,{on},{{{who}}}" for who in "AB" for n, on in enumerate(dates, 1)]
    text = "client,contact,attended,on,ended_on\n" + "\n".join([*lines, "C,1,1,2026-06-01,"])

    def facts(**ends: str) -> Any:
        path = written(tmp_path, text.format(**ends))
        return json.loads(hazard(path, "--json").stdout)

    neither, one = facts(A="", B=""), facts(A="2026-01-19", B="")
    assert (neither["landmarks"], neither["drifted_away"]) == (6, 2)
    assert (one["landmarks"], one["drifted_away"]) == (3, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("client,contact\nA,1\n", "has no column attended. It needs the columns client, contact"),
        (HEADINGS, "has headings and no contacts."),
        ("", "is empty. It needs a row of headings."),
        (HEADINGS + "A,1,1\nA,2,maybe\n", 'Row 3: "maybe" in attended is neither 1 nor 0.'),
        (HEADINGS + "A,0,1\n", 'Row 2: "0" in contact is no number of a contact, 1 or more.'),
        (HEADINGS + "A,1.5,1\n", 'Row 2: "1.5" in contact is no number'),
        (HEADINGS + "A,²,1\n", 'Row 2: "²" in contact is no number'),
        (HEADINGS + "A,99999999999999,1\n", "in contact is no number"),
        (HEADINGS + " ,1,1\n", "Row 2: The cell client is empty."),
        (HEADINGS + "A,1\n", "Row 2: The row has 2 cells, and there are 3 headings."),
        (HEADINGS + "A,2,1\nB,1,1\nA,2,0\n", "Row 4: Contact 2 of this client stands in row 2"),
        ("client,contact,attended,on\nA,1,1,\n", 'Row 2: "" in on is no day.'),
        ("client,contact,attended,on\nA,1,1,2026-02-30\n", 'Row 2: "2026-02-30" in on is no day.'),
        (
            "client,contact,attended,on\nA,1,1,2026-03-02\nA,2,1,2026-03-01\n",
            "Row 3: This contact is on 2026-03-01, and the one before it, in row 2, on 2026-03-02.",
        ),
        ("client,contact,attended,ended_on\nA,1,1,\n", "Add the column on, or leave ended_on out."),
        ("client;contact;attended\nA;1;1\n", "seem to be parted by semicolons"),
    ],
)
@pytest.mark.parametrize("was_there", [True, False])
def test_what_cannot_be_read_is_said_and_nothing_is_written(
    tmp_path: Path, text: str, message: str, was_there: bool
) -> None:
    path, out = written(tmp_path, text), tmp_path / "chances.csv"
    if was_there:
        out.write_text("kept")
    result = hazard(path, "--out", out)
    assert result.exit_code == 1
    assert message in " ".join(result.stderr.split())
    assert [each.name for each in sorted(tmp_path.iterdir())] == (
        ["chances.csv", "contacts.csv"] if was_there else ["contacts.csv"]
    )
    assert not was_there or out.read_text() == "kept"


def test_of_many_bad_rows_the_first_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    text = HEADINGS + "".join(f"A,{n},x\n" for n in range(1, 31))
    said = hazard(written(tmp_path, text)).stderr
    assert "because 30 rows of" in " ".join(said.split())
    assert (said.count("neither 1 nor 0"), said.count("…")) == (10, 1)


cells = st.sampled_from(
    ["A", "B", "0", "1", "2", "10", "-1", "1.0", "", " ", "2026-03-02", "é", "\x00"]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.permutations(["client", "contact", "attended", "on", "x"]),
    st.lists(st.lists(cells, min_size=5, max_size=5), max_size=6),
)
def test_whatever_stands_in_a_file_the_answer_is_rows_or_a_sentence(
    tmp_path: Path, headings: list[str], rows: list[list[str]]
) -> None:
    file = io.StringIO()
    csv.writer(file).writerows([headings, *rows])
    result = hazard(written(tmp_path, file.getvalue()))
    if result.exit_code == 0:
        assert len(rows_of(result.stdout)) == len([row for row in rows if "".join(row).strip()])
    else:
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("Not done. ")


def test_the_file_that_is_read_is_never_written_over(tmp_path: Path) -> None:
    path = written(tmp_path, TWO_CLIENTS)
    (tmp_path / "link.csv").symlink_to(path)
    result = hazard(path, "--out", tmp_path / "link.csv")
    assert result.exit_code == 3
    assert "is the file that is read. Choose another --out." in result.stderr
    assert path.read_text() == TWO_CLIENTS


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    result = hazard(written(tmp_path, TWO_CLIENTS), "--out", tmp_path / "nowhere" / "out.csv")
    assert result.exit_code == 3
    assert "cannot be written: No such file or directory." in result.stderr


def test_a_client_whose_name_begins_like_a_formula_is_made_harmless(tmp_path: Path) -> None:
    rows = rows_of(hazard(written(tmp_path, HEADINGS + "=1+1,1,1\n")).stdout)
    assert rows[0]["client"] == "'=1+1"


def test_contacts_that_are_missing_from_the_numbering_are_counted(tmp_path: Path) -> None:
    said = hazard(written(tmp_path, HEADINGS + "A,1,1\nA,4,0\nB,2,1\n")).stderr
    assert "Contacts whose number has no row: 3." in said
    assert "has no row" not in hazard(written(tmp_path, TWO_CLIENTS)).stderr


def test_it_imports_no_django_and_opens_no_clinic(tmp_path: Path) -> None:
    path = written(tmp_path, TWO_CLIENTS)
    (tmp_path / "django.py").write_text("raise RuntimeError('Django was imported')\n")
    said = in_a_shell("hazard", path, more={"PYTHONPATH": f"{tmp_path}:{SOURCES}"})
    assert said.code == 0, said.err
    assert "6 contacts of 2 clients." in said.err
