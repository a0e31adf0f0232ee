"""What the documents show of the command line is what the command line takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from alongside.interfaces.cli.main import COMMANDS, alongside
from alongside.interfaces.cli.mapping import read_mapping

ROOT = Path(__file__).resolve().parents[3]
PAGES = (
    ROOT / "docs" / "how-to" / "import.md",
    ROOT / "docs" / "reference" / "cli.md",
    ROOT / "docs" / "how-to" / "witness.md",
)


def shown() -> Iterator[str]:
    """Every command that a document, a help or the README shows."""
    for page in (*PAGES, ROOT / "README.md"):
        text = page.read_text(encoding="utf-8")
        yield from re.findall(r"^alongside .+$", text, re.MULTILINE)
        yield from re.findall(r"`(alongside [^`]+)`", text)
    for command in every_command(alongside):
        help_text = (command.help or "").replace("\\\n", " ")
        yield from re.findall(r"^ *(alongside .+)$", help_text, re.MULTILINE)


def every_command(group: click.Group) -> Iterator[click.Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield found
        if isinstance(found, click.Group):
            yield from every_command(found)


@pytest.mark.parametrize("line", sorted(set(shown())))
def test_a_command_that_is_shown_is_there_with_its_options(line: str) -> None:
    words = shlex.split(re.sub(r"[\[\]]", " ", line))[1:]
    found: click.Command = alongside
    while isinstance(found, click.Group) and words and re.fullmatch("[a-z]+(-[a-z]+)*", words[0]):
        command = found.get_command(click.Context(found), words.pop(0))
        assert command is not None, line
        found = command
    known = {name for option in found.params for name in option.opts} | {"--help", "-h"}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_reference_names_every_command_and_every_option_of_a_demo() -> None:
    text = PAGES[1].read_text(encoding="utf-8")
    assert all(f"`alongside {name} " in text for name in COMMANDS)
    (demo,) = (each for each in every_command(alongside) if each.name == "demo")
    (row,) = re.findall(r"^\| `alongside demo .+$", text, re.MULTILINE)
    assert all(option.opts[0] in row for option in demo.params if option.expose_value)


def test_the_mapping_that_is_shown_can_be_used(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```toml\n(.+?)^```", PAGES[0].read_text("utf-8"), re.M | re.DOTALL)
    (tmp_path / "mapping.toml").write_text(block, encoding="utf-8")
    assert read_mapping(tmp_path / "mapping.toml").constants == {"therapist": "dana"}
