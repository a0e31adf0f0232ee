"""The report as one page of HTML that stands by itself: no script, no request, its own style."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from alongside.interfaces.cli.lab_report.chapter import (
    Chapter,
    Demand,
    Exhibit,
    Report,
    Table,
    Verdict,
)

SIGNS = {Verdict.MET: "✓", Verdict.IN_PART: "½", Verdict.NOT_MET: "✕"}
KINDS = {Verdict.MET: "is-met", Verdict.IN_PART: "is-in-part", Verdict.NOT_MET: "is-not-met"}


def page_of(report: Report) -> str:
    """The whole page."""
    return "\n".join(_page(report)) + "\n"


def style() -> str:
    """The colours and sizes of the house, and the style of this page."""
    shared = files("alongside.interfaces.shared") / "static" / "shared" / "tokens.css"
    own = files("alongside.interfaces.cli") / "lab_report" / "style.css"
    return shared.read_text(encoding="utf-8") + own.read_text(encoding="utf-8")


def _page(report: Report) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield "<title>Report of the lab · Alongside</title>"
    yield f"<style>\n{style()}</style>\n</head>\n<body>\n<header>"
    yield "<h1>Report of the lab</h1>"
    yield (
        "<p>Alongside tells when a client is off course, when the alliance is strained and when "
        "somebody may be drifting away. Here its numbers are held against made-up clinics whose "
        "truth is known. Nothing in this report comes from a real person.</p>"
    )
    yield (
        f'<p class="quiet">Alongside {escape(report.version)}, {escape(report.made_on)}, '
        f"{escape(report.size)} size. The same version and settings give the same figures.</p>"
    )
    if report.size != "full":
        yield (
            '<p class="notice">This is the quick size. Its samples are small, and a demand may '
            "be missed or met by chance. Judge by the full size: "
            "<code>alongside lab report</code>.</p>"
        )
    yield "</header>\n<main>"
    yield from _overview(report)
    for chapter in report.chapters:
        yield from _chapter(chapter)
    yield '<section aria-labelledby="settings"><h2 id="settings">Settings</h2>'
    yield (
        "<p>All that the figures depend on. Errors are Monte Carlo standard errors, and intervals "
        "hold 95% unless it says otherwise.</p>"
    )
    yield from _table(report.settings)
    yield "</section>\n</main>\n</body>\n</html>"


def _overview(report: Report) -> Iterator[str]:
    yield '<nav aria-labelledby="overview"><h2 id="overview">What came</h2><ul class="overview">'
    for chapter in report.chapters:
        yield f'<li><a href="#{chapter.key}">{escape(chapter.title)}</a>'
        yield from (_badge(demand.verdict) for demand in chapter.demands)
        yield "</li>"
    yield "</ul></nav>"


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f'<section aria-labelledby="{chapter.key}">'
    yield f'<h2 id="{chapter.key}">{escape(chapter.title)}</h2><p>{escape(chapter.asks)}</p>'
    yield f"<h3>How</h3><p>{escape(chapter.how)}</p>"
    yield '<h3>What was demanded, and what came</h3><ul class="demands">'
    yield from (_demand(each) for each in chapter.demands)
    yield f"</ul><h3>The figures</h3><p>{escape(chapter.reading)}</p>"
    for exhibit in chapter.exhibits:
        yield from _exhibit(exhibit)
    yield "<h3>What this does not show</h3><ul>"
    yield from (f"<li>{_with_code(each)}</li>" for each in chapter.not_shown)
    yield "</ul></section>"


def _demand(demand: Demand) -> str:
    return (
        f'<li class="{KINDS[demand.verdict]}">{_badge(demand.verdict)} {escape(demand.words)} '
        f"<strong>{escape(demand.found)}</strong></li>"
    )


def _badge(verdict: Verdict) -> str:
    return (
        f'<span class="badge {KINDS[verdict]}"><span aria-hidden="true">{SIGNS[verdict]}</span> '
        f"{verdict.value}</span>"
    )


def _exhibit(exhibit: Exhibit) -> Iterator[str]:
    if exhibit.drawings:
        yield f'<div class="drawings{" is-several" if len(exhibit.drawings) > 1 else ""}">'
        yield from (f"<figure>{drawing}</figure>" for drawing in exhibit.drawings)
        yield "</div>"
    yield from _table(exhibit.table)


def _table(table: Table) -> Iterator[str]:
    yield f'<div class="scroll" role="region" tabindex="0" aria-labelledby="table-{table.key}">'
    yield f'<table><caption id="table-{table.key}">{escape(table.caption)}</caption><thead><tr>'
    yield "".join(
        f'<th scope="col"{_kind(column.is_number)}>{escape(column.heading)}</th>'
        for column in table.columns
    )
    yield "</tr></thead><tbody>"
    for first, *others in table.cells:
        cells = "".join(
            f"<td{_kind(column.is_number)}>{escape(cell)}</td>"
            for column, cell in zip(table.columns[1:], others, strict=True)
        )
        yield f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'
    yield "</tbody></table></div>"


def _kind(is_number: bool) -> str:
    return ' class="is-number"' if is_number else ""


def _with_code(words: str) -> str:
    """Escaped, with what stands between backticks as code."""
    parts = escape(words).split("`")
    return "".join(
        f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts)
    )
