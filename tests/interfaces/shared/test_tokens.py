"""The colours are legible in both schemes, the dark scheme is one scheme, and files stay small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import alongside.interfaces.shared as shared
from alongside.interfaces.shared import stylesheet
from alongside.interfaces.shared.tokens import PAIRS, Pair

STATIC = Path(shared.__file__).parent / "static" / "shared"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")


def declared(block: str) -> dict[str, str]:
    """The colours that a block of the token file declares."""
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", block))


def block_after(opening: str) -> str:
    """The block of the token file that this selector opens."""
    text = (STATIC / "tokens.css").read_text(encoding="utf-8")
    return text[text.index(opening) :].split("}")[0]


LIGHT = declared(block_after(':root, [data-theme="light"]'))
DARK = declared(block_after('\n  [data-theme="dark"]'))
DARK_BY_PREFERENCE = declared(block_after(':root:not([data-theme="light"])'))


def luminance(colour: str) -> float:
    """The relative luminance. Source: WCAG 2.2, definition of relative luminance."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours. Source: WCAG 2.2, definition of contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_and_white_is_21_to_1_and_of_a_known_grey_4_48() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_has_its_contrast(scheme: dict[str, str]) -> None:
    def ratio(pair: Pair) -> float:
        return contrast(scheme[pair.colour], scheme[pair.ground])

    too_close = [
        f"{pair.colour} on {pair.ground}: {ratio(pair):.2f} < {pair.least}"
        for pair in PAIRS
        if ratio(pair) < pair.least
    ]
    assert not too_close


def test_the_dark_scheme_is_the_same_by_choice_and_by_preference() -> None:
    assert DARK == DARK_BY_PREFERENCE
    assert DARK.keys() == LIGHT.keys()
    assert len(DARK) > 30


def test_colours_are_written_in_the_token_file_alone() -> None:
    files = [path for path in STATIC.rglob("*.css") if path.name != "tokens.css"]
    assert len(files) > 30
    found = {
        path.name: COLOUR.findall(re.sub(r"@media print \{.*", "", path.read_text(), flags=re.S))
        for path in files
    }
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_every_token_that_is_used_is_declared() -> None:
    text = stylesheet.assemble().text
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", text)) <= set(
        re.findall(r"--([a-z0-9-]+):", text)
    )


def test_the_stylesheet_stays_small_as_it_is_sent_and_reaches_nowhere_else() -> None:
    """One sheet serves every audience: what an old phone on bad data fetches is its small form."""
    sheet = stylesheet.assemble()
    assert len(sheet.compressed) < 10_000
    assert len(sheet.text.encode()) < 48_000
    assert "@import" not in sheet.text
    assert "url(" not in sheet.text


def test_layers_come_in_their_order() -> None:
    text = stylesheet.assemble().text
    places = [text.index(part) for part in ("--paper:", "*::before", ".page-main{", ".button{")]
    assert places == sorted(places)
    assert text.rindex(".gallery-wall{") > text.rindex(".you-said{")


def test_scripts_stay_small() -> None:
    assert (STATIC / "forms.js").stat().st_size < 8_000
    assert (STATIC / "theme.js").stat().st_size < 2_000
