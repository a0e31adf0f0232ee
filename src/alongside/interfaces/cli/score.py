"""`alongside score`: score a file of answers, with no clinic."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from alongside.clinic.disclosures.spreadsheets import harmless
from alongside.interfaces.cli.columns import TOTAL, Columns, find_columns
from alongside.interfaces.cli.house import Exit, House, pass_house, speaks_json
from alongside.interfaces.cli.mapping import read_mapping
from alongside.interfaces.cli.tables import NoFile, Table, TableRow, read_table
from alongside.interfaces.cli.totals import agrees
from alongside.interfaces.cli.whole_files import write_whole
from alongside.methods.instruments.answers import Answer, complete_answers, read_answer
from alongside.methods.instruments.fhir_questionnaire import read_questionnaire
from alongside.methods.instruments.questionnaire import Questionnaire
from alongside.methods.instruments.scoring import Score, Scoring, score_answers
from alongside.methods.instruments.sidecar import read_scoring
from alongside.methods.instruments.sidecar_check import check_scoring
from alongside.methods.vocabulary.errors import AlongsideError


@dataclass(frozen=True)
class ScoredRow:
    """One row with its scores by scale; None where too few were answered."""

    row: TableRow
    scores: dict[str, float | None]
    refusal: AlongsideError | None = None
    agrees_with_total: bool | None = None

    @property
    def status(self) -> str:
        if self.refusal is not None:
            return f"refused: {self.refusal}"
        too_few = [name for name, score in self.scores.items() if score is None]
        return f"too few answers: {', '.join(too_few)}" if too_few else "scored"


@click.command(name="score")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--questionnaire",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The FHIR R4 Questionnaire, JSON.",
)
@click.option(
    "--scoring",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The scoring sidecar, JSON.",
)
@click.option("--mapping", type=click.Path(path_type=Path), help="A TOML file for other headings.")
@click.option("--out", type=click.Path(path_type=Path), help="Where the scores go; else shown.")
@speaks_json
@pass_house
def command(
    house: House,
    file: Path,
    questionnaire: Path,
    scoring: Path,
    mapping: Path | None,
    out: Path | None,
) -> None:
    """Score FILE, a CSV file with one column for each question, plain or gzipped.

    Needs no clinic. Columns that are no question are passed through; a column called total, or
    named so in the mapping, is held against the main score.

    \b
    Example:
      alongside score answers.csv --questionnaire mood.json --scoring mood.scoring.json \\
        --out scores.csv
    """
    asked, sidecar = read_questionnaire(_bytes_of(questionnaire)), read_scoring(_bytes_of(scoring))
    check_scoring(asked, sidecar)
    how = read_mapping(mapping)
    table = read_table(file, delimiter=how.delimiter)
    columns = find_columns(table, how, asked, needed=(), allowed=(TOTAL,), are_others_kept=True)
    with house.progress("Scoring", len(table.rows)) as advance:
        scored = []
        for row in table.rows:
            scored.append(score_row(row, columns, asked, sidecar))
            advance(1)
    facts = _facts(scored, sidecar)
    written = _as_csv(table, columns, scored, sidecar)
    if out is not None:
        write_whole(out, written)
    elif house.is_json:
        facts["scores"] = [
            {"row": each.row.number, **each.scores, "status": each.status} for each in scored
        ]
    else:
        click.echo(written, nl=False)
    if house.is_json or out is not None:
        house.tell(_words(facts), facts)
    else:
        click.echo(_words(facts), err=True)
    if facts["refused"]:
        raise SystemExit(Exit.REFUSED)


def score_row(
    row: TableRow, columns: Columns, questionnaire: Questionnaire, scoring: Scoring
) -> ScoredRow:
    """The row with its scores, or why it has none."""
    nothing: dict[str, float | None] = {scale.name: None for scale in scoring.scales}
    try:
        if row.refusal is not None:
            raise row.refusal
        answers = [
            Answer.answered(link_id, read_answer(questionnaire.question(link_id), cell))
            for link_id, cell in columns.answers_of(row).items()
            if cell
        ]
        said = columns.total(row)
        found = score_answers(questionnaire, scoring, complete_answers(questionnaire, answers))
    except AlongsideError as refusal:
        return ScoredRow(row, nothing, refusal)
    scores = {
        name: score.value if isinstance(score, Score) else None for name, score in found.items()
    }
    held_against = columns.mapping.total_scale or (
        scoring.main_scale.name if scoring.main_scale else ""
    )
    main = scores.get(held_against)
    compared = None if said is None or main is None else agrees(main, said)
    return ScoredRow(row, scores, agrees_with_total=compared)


def _facts(scored: Sequence[ScoredRow], scoring: Scoring) -> dict[str, Any]:
    taken = [each for each in scored if each.refusal is None]
    compared = [each for each in taken if each.agrees_with_total is not None]
    return {
        "rows": len(scored),
        "refused": len(scored) - len(taken),
        "refused_rows": [
            {"row": each.row.number, "reason": str(each.refusal)}
            for each in scored
            if each.refusal is not None
        ],
        "scales": {
            scale.name: {
                "scored": sum(each.scores[scale.name] is not None for each in taken),
                "too_few_answers": sum(each.scores[scale.name] is None for each in taken),
            }
            for scale in scoring.scales
        },
        "totals_compared": len(compared),
        "totals_agree": sum(each.agrees_with_total is True for each in compared),
        "rows_whose_total_disagrees": [
            each.row.number for each in compared if not each.agrees_with_total
        ],
    }


def _words(facts: dict[str, Any]) -> str:
    lines = [f"{facts['rows']} rows, {facts['refused']} refused."]
    lines += [f"  row {each['row']}: {each['reason']}" for each in facts["refused_rows"][:20]]
    lines += [
        f"{name}: {counts['scored']} scored, {counts['too_few_answers']} with too few answers."
        for name, counts in facts["scales"].items()
    ]
    if facts["totals_compared"]:
        lines.append(
            f"Totals in the file: {facts['totals_agree']} of {facts['totals_compared']} agree."
        )
    if facts["rows_whose_total_disagrees"]:
        rows = ", ".join(map(str, facts["rows_whose_total_disagrees"]))
        lines.append(f"  They disagree in rows {rows}.")
    return "\n".join(lines)


def _as_csv(table: Table, columns: Columns, scored: Sequence[ScoredRow], scoring: Scoring) -> str:
    asked = set(columns.answers.values())
    kept = [n for n, heading in enumerate(table.headings) if heading not in asked]
    names = [scale.name for scale in scoring.scales]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["row", *(table.headings[n] for n in kept), *names, "status"])
    for each in scored:
        cells = each.row.cells
        passed = [harmless(cells[n]) if n < len(cells) else "" for n in kept]
        scores = [each.scores[name] for name in names]
        shown = ["" if score is None else f"{score:.10g}" for score in scores]
        writer.writerow([each.row.number, *passed, *shown, harmless(each.status)])
    return file.getvalue()


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoFile(path=path, problem=error.strerror or error) from None
