"""The promise that the house keeps its shape: imports point one way, and rooms have their names.

`lint-imports` checks the contracts in pyproject.toml. Here each contract is shown to be able to
fail, and what a linter of imports cannot see is read from the code itself.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "alongside"
LONGEST_FILE = 400
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "services", "misc", "manager"}

# A room that breaks each contract, by the name that the contract has in pyproject.toml.
BREACHES = {
    "Interfaces see the clinic and the lab, which stand on methods": {
        "methods/instruments/upward.py": "import alongside.clinic\n",
    },
    "Methods know only the shared vocabulary, never each other": {
        "methods/progress/sideways.py": "import alongside.methods.alliance\n",
        "methods/unheard_of/__init__.py": "",
    },
    "Clinic apps stand in one order": {
        "clinic/audit/__init__.py": "",
        "clinic/audit/upward.py": "import alongside.clinic.visits\n",
        "clinic/visits/__init__.py": "",
        "clinic/unheard_of/__init__.py": "",
    },
    "Audiences share the house style and nothing else": {
        "interfaces/client/__init__.py": "",
        "interfaces/therapist/__init__.py": "",
        "interfaces/client/sideways.py": "import alongside.interfaces.therapist\n",
        "interfaces/unheard_of/__init__.py": "",
    },
    "Pages reach methods through the clinic": {
        "interfaces/therapist/shortcut.py": "import alongside.methods.alliance\n",
    },
    "Methods and lab reach no framework, file, network, process or clock": {
        "methods/alliance/reads_a_file.py": "import pathlib\n",
        "lab/asks_django.py": "from django.db import models\n",
    },
    "The clinic records and does not speak HTTP": {
        "clinic/visits/speaks_http.py": "import http.client\n",
    },
    "No two rooms import each other, at any depth": {
        "methods/vocabulary/one/__init__.py": "import alongside.methods.vocabulary.two\n",
        "methods/vocabulary/two/__init__.py": "import alongside.methods.vocabulary.one\n",
    },
}


IGNORED = re.compile(r" \(\d+ ignored imports?\)$")


def lint_imports(root: Path) -> tuple[int, dict[str, str]]:
    """The exit code of import-linter in a folder, and each contract's verdict."""
    finished = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "NO_COLOR": "1", "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = {}
    for line in finished.stdout.splitlines():
        # A verdict may be followed by the number of imports that the contract lets pass.
        if told := re.match(r"(.+) (KEPT|BROKEN)(?: \(.*\))?$", line.strip()):
            verdicts[told[1]] = told[2]
    assert verdicts, finished.stdout + finished.stderr
    return finished.returncode, verdicts


def test_every_contract_is_kept() -> None:
    exit_code, verdicts = lint_imports(ROOT)
    assert set(verdicts) == set(BREACHES)
    assert set(verdicts.values()) == {"KEPT"}
    assert exit_code == 0


def test_every_contract_can_be_broken(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    bare_house(tmp_path)
    assert set(lint_imports(tmp_path)[1].values()) == {"KEPT"}
    for files in BREACHES.values():
        write_modules(tmp_path, files)

    exit_code, verdicts = lint_imports(tmp_path)

    assert exit_code == 1
    assert verdicts == dict.fromkeys(BREACHES, "BROKEN")


@pytest.mark.parametrize("container", ["methods", "clinic", "interfaces", "."])
def test_a_room_that_no_contract_names_is_an_error(tmp_path: Path, container: str) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    bare_house(tmp_path)
    write_modules(tmp_path, {f"{container}/unheard_of/__init__.py": ""})

    exit_code, verdicts = lint_imports(tmp_path)

    assert exit_code == 1
    assert list(verdicts.values()).count("BROKEN") == 1


def bare_house(root: Path) -> None:
    """The outline of the house without a single import in it."""
    rooms = ["methods/vocabulary", "methods/alliance", "methods/instruments", "methods/progress"]
    rooms += ["methods", "lab", "clinic", "interfaces", "config", "."]
    write_modules(root, {f"{room}/__init__.py": "" for room in rooms})


def write_modules(root: Path, files: dict[str, str]) -> None:
    """Modules with the given text, below the package in a folder."""
    for name, text in files.items():
        path = root / "src" / "alongside" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


# What a linter of imports cannot see ----------------------------------------------------------


def modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of some rooms of the house, parsed; of all of it when none is named."""
    for room in rooms or (".",):
        for path in sorted((SOURCE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(SOURCE), ast.parse(path.read_text(encoding="utf-8"))


def imported_names(tree: ast.Module) -> Iterator[str]:
    """The full name of everything that a module imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_file_has_lost_its_noun() -> None:
    too_long = {
        str(path.relative_to(SOURCE)): n
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in {".py", ".html", ".css", ".js"} and "migrations" not in path.parts
        if (n := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert too_long == {}


def test_no_module_is_named_for_nothing() -> None:
    nameless = [
        str(path)
        for path, _ in modules()
        if NAMES_OF_NOTHING & {part.removesuffix(".py") for part in path.parts}
    ]
    assert nameless == []


def test_the_clinic_knows_no_request_and_no_address() -> None:
    """import-linter sees `django` as one thing; its HTTP rooms are barred here."""
    barred = ("django.http", "django.shortcuts", "django.urls", "django.views", "django.template")
    found = [
        f"{path}: {name}"
        for path, tree in modules("clinic")
        for name in imported_names(tree)
        if name.startswith(barred)
    ]
    assert found == []


def test_scipy_stats_stays_out_of_the_web_process() -> None:
    """It costs a second and 70 MB at start; `scipy.special` has the distributions."""
    found = [
        f"{path}: {name}"
        for path, tree in modules()
        if path.parts[0] != "lab"
        for name in imported_names(tree)
        if name.startswith("scipy.stats")
    ]
    assert found == []


CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time_ns", "default_rng", "seed"}


def test_methods_and_lab_are_told_the_time_and_the_chance() -> None:
    """`now` and `rng` are arguments: nothing there reads a clock or draws from the air."""
    found = [
        f"{path}:{node.lineno} {node.func.attr}"
        for path, tree in modules("methods", "lab")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in CLOCKS
    ]
    assert found == []


RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def test_foreign_keys_import_what_they_point_to() -> None:
    """A relation named by a string would be invisible to the import contracts."""
    found = []
    for path, tree in modules("clinic"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in RELATIONS:
                continue
            targets = node.args[:1] + [k.value for k in node.keywords if k.arg == "to"]
            found += [
                f"{path}:{node.lineno} {target.value}"
                for target in targets
                if isinstance(target, ast.Constant) and target.value != "self"
            ]
    assert found == []


def test_the_audit_and_the_vault_hold_ids_and_no_foreign_keys() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules("clinic/audit", "clinic/vault")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        if getattr(node, "attr", getattr(node, "id", "")) in RELATIONS
    ]
    assert found == []


def test_sqlite_is_newer_than_the_fix_of_its_log() -> None:
    """3.51.3 mended a fault that two processes on one write-ahead log can meet."""
    if importlib.util.find_spec("pysqlite3") is None:
        pytest.skip("pysqlite3 has no build for this machine")
    importlib.import_module("alongside.config")
    assert importlib.import_module("sqlite3").sqlite_version_info >= (3, 51, 3)


def test_an_array_that_a_method_takes_or_gives_has_its_shape_in_its_type() -> None:
    """Decision 0010: a bare array says nothing of its axes. Inside a module it may stay bare."""
    found = []
    for path, tree in modules("methods"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                typed = [node.returns, *(each.annotation for each in every)]
            elif isinstance(node, ast.ClassDef):
                typed = [each.annotation for each in node.body if isinstance(each, ast.AnnAssign)]
            else:
                continue
            found += [
                f"{path}:{node.lineno}"
                for each in typed
                if each is not None and re.search("ndarray|NDArray|ArrayLike", ast.unparse(each))
            ]
    assert found == []
