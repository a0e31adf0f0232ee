"""The promise: of 33 classes of faults that were found in such software, none is in this one.

neighbours.py names them and their tests. Here that table is held to be whole and true: each class
is there once, each test exists, runs and has a control beside it.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.promises import figures
from tests.promises.neighbours import CLASSES, FaultClass

HERE = Path(__file__).parent
N_CLASSES = 33
# What a test that must fail when its fault is put in is called.
CONTROL = ("control", "can_be", "told_apart", "is_found", "can_fail", "noticed", "every_changed")
# Files whose controls stand inside of each test, beside what they control.
INSIDE = {
    "test_doors.py": "the same addresses let in whoever may, who is tried in the same walk",
    "test_gateway.py": "what is refused is released a line before or after",
    "test_keys.py": "the same passkey opens the door that it was made for",
    "test_presence.py": "the same page stays open when a person asks for it",
    "test_secrecy.py": "the right password, the own path and the own device get in",
    "test_commands.py": "the first clinic is made in the same test",
    "test_bad_input.py": "whole documents are taken in by the same fixture",
    "test_looks.py": "pages that show something are told from those that do not",
}


@cache
def functions_in(file: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {each.name: each for each in functions if each.name.startswith("test_")}


def problems_of(each: FaultClass) -> list[str]:
    """What is wrong with one line of the table."""
    found = [] if each.tests else ["no test"]
    for test in each.tests:
        path, _, name = test.partition("::")
        file = (HERE / path).resolve()
        known = functions_in(file) if file.is_file() else {}
        if name not in known:
            found.append(f"there is no {test}")
        elif any(
            "skip" in ast.unparse(mark) or "xfail" in ast.unparse(mark)
            for mark in known[name].decorator_list
        ):
            found.append(f"{test} does not run")
        elif file.name not in INSIDE and not any(
            part in other for other in known for part in CONTROL
        ):
            found.append(f"{file.name} has no control")
    return found


@pytest.mark.promise
def test_every_class_has_tests_that_exist_run_and_can_fail() -> None:
    assert [each.number for each in CLASSES] == list(range(1, N_CLASSES + 1))
    wrong = {each.number: problems_of(each) for each in CLASSES if problems_of(each)}
    assert wrong == {}
    figures.record(
        "B4",
        part="classes of faults",
        found=N_CLASSES - len(wrong),
        of=N_CLASSES,
        what="classes of faults that others had are hunted here by a test",
        note=f"{sum(1 for each in CLASSES if each.absent)} of them have no place in this software, "
        f"and a test shows that; {len({test for each in CLASSES for test in each.tests})} tests.",
    )


def test_control_a_line_without_a_test_or_with_one_that_is_gone_is_found() -> None:
    assert problems_of(FaultClass(34, "x", "x", ())) == ["no test"]
    gone = FaultClass(34, "x", "x", ("test_doors.py::test_that_never_was", "test_gone.py::test_x"))
    assert len(problems_of(gone)) == 2
