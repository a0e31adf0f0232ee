"""`alongside hazard`: who may be drifting away, from a file of contacts, with no clinic."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import numpy as np

from alongside.clinic.disclosures.spreadsheets import harmless
from alongside.interfaces.cli.contacts_table import ContactsOfFile, read_contacts
from alongside.interfaces.cli.house import House, pass_house, speaks_json
from alongside.interfaces.cli.tables import read_table
from alongside.interfaces.cli.whole_files import check_out, write_whole
from alongside.methods.engagement.attendance import (
    GONE_AFTER,
    HORIZON_CONTACTS,
    HORIZON_DAYS,
    Landmarks,
    attendance_known,
    consecutive_misses,
    landmarks_by_contacts,
    landmarks_by_days,
    still_comes,
)
from alongside.methods.engagement.hazard import (
    HazardModel,
    NoModel,
    chances_of,
    fit_hazard,
    out_of_fold_chances,
)
from alongside.methods.engagement.known import Known
from alongside.methods.engagement.outreach import MISSES_OF_RULE, is_rule_reached
from alongside.methods.engagement.published_risks import n_published
from alongside.methods.engagement.reasons import WORTH_SAYING, pulls_by_kind, reasons_why
from alongside.methods.vocabulary.calibration import (
    Brier,
    Calibration,
    Discrimination,
    ReliabilityCurve,
    calibration_of,
)
from alongside.methods.vocabulary.results import Because

COLUMNS = ("client", "contact", "consecutive_misses", "chance", "n", "rule_reached", "reasons")
NOT_YET, GONE = "Has not come yet.", f"Missed {GONE_AFTER} in a row or more: no forecast is made."
FOLDS_FROM = 20_260_302
"""Where the draw of the folds begins, so that a second run gives the same figures."""


@dataclass(frozen=True)
class Forecasts:
    """What is said of each contact, client by client as the contacts stand."""

    misses: np.ndarray
    chances: np.ndarray
    n_behind: np.ndarray
    reasons: list[str]


@click.command(name="hazard")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Else it is shown.")
@speaks_json
@pass_house
def command(house: House, file: Path, out: Path | None) -> None:
    """Tell who may be drifting away, from FILE, a CSV file of contacts, plain or gzipped.

    Needs no clinic. Columns: client, contact (1, 2, …), attended (1 or 0), and, if they are there,
    on with the day (2026-03-02) and ended_on with the day on which care ended as agreed: without
    it, whoever leaves well looks like one who drifts away. Every contact that was planned needs a
    row, kept or not. Other columns are passed over. One row that cannot be read refuses the file,
    and nothing is written.

    Each contact gets a row: how many were missed in a row, the chance that no contact is attended
    in the 28 days after it (in files without days: that none of the next 4 is), on how many
    contacts that rests, whether the rule is reached (2 missed in a row: reach out within 2 working
    days, whatever the chance), and why. The chance is about people who still come: it is empty
    before the first attended contact and from 3 missed in a row on.

    Published risks stand in until the file has 50 clients and 20 contacts after which one of them
    drifted away, and count less and less after that. How well the chances hold is told from
    clients whom the model had not seen.

    \b
    Example:
      alongside hazard contacts.csv --out chances.csv
    """
    check_out(out, file)
    table = read_table(file)
    with house.progress("Reading", len(table.rows)) as advance:
        read = read_contacts(table, advance)
    landmarks, horizon = _landmarks_of(read)
    model, held = _learn(read, landmarks, horizon)
    with house.progress("Telling", len(read.rows)) as advance:
        forecasts = _forecasts_of(read, landmarks, model)
        rows = _rows_of(read, forecasts)
        advance(len(rows))
    facts = _facts(read, landmarks, horizon, model, held, forecasts)
    if out is not None:
        write_whole(out, _as_csv(rows))
    elif house.is_json:
        facts["contacts"] = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    else:
        click.echo(_as_csv(rows), nl=False)
    if house.is_json or out is not None:
        house.tell(_words(facts, held), facts)
    else:
        click.echo(_words(facts, held), err=True)


def _landmarks_of(read: ContactsOfFile) -> tuple[Landmarks, str]:
    contacts = read.contacts
    if contacts.day is None:
        return landmarks_by_contacts(contacts), f"the next {HORIZON_CONTACTS} contacts"
    return landmarks_by_days(contacts, seen_until=read.seen_until), f"the next {HORIZON_DAYS} days"


def _learn(
    read: ContactsOfFile, landmarks: Landmarks, horizon: str
) -> tuple[HazardModel | NoModel, Calibration]:
    """The model of this file, and how well chances hold for clients that it has not seen."""
    chosen = landmarks.is_landmark
    known = attendance_known(read.contacts).among(chosen)
    drifted_away, people = landmarks.drifted_away[chosen], read.contacts.client[chosen]
    model = fit_hazard(
        known,
        drifted_away,
        people,
        version=f"alongside {version('alongside')}",
        fitted_on=f"{datetime.now(UTC):%Y-%m-%d}",
        horizon=horizon,
    )
    misses = consecutive_misses(read.contacts)[chosen]
    if isinstance(model, HazardModel):
        rng = np.random.default_rng(FOLDS_FROM)
        chances = out_of_fold_chances(known, misses, drifted_away, people, rng=rng)
    else:
        chances = chances_of(model, known, misses)
    return model, calibration_of(chances, drifted_away, groups=people)


def _forecasts_of(
    read: ContactsOfFile, landmarks: Landmarks, model: HazardModel | NoModel
) -> Forecasts:
    contacts = read.contacts
    known, misses, comes = (
        attendance_known(contacts),
        consecutive_misses(contacts),
        still_comes(contacts),
    )
    chances = np.where(comes, chances_of(model, known, misses), np.nan)
    if isinstance(model, HazardModel):
        seen = np.bincount(misses[landmarks.is_landmark], minlength=GONE_AFTER)
        n_behind = seen[np.minimum(misses, GONE_AFTER - 1)]
    else:
        n_behind = n_published(misses)
    return Forecasts(misses, chances, n_behind, _reasons(model, known, misses, comes))


def _reasons(
    model: HazardModel | NoModel, known: Known, misses: np.ndarray, comes: np.ndarray
) -> list[str]:
    pulls = pulls_by_kind(model, known, misses)
    speaks = comes & (pulls >= WORTH_SAYING).any(axis=1)
    reasons = [NOT_YET if run < GONE_AFTER else GONE for run in misses.tolist()]
    for place in np.flatnonzero(comes & ~speaks):
        reasons[place] = ""
    for place in np.flatnonzero(speaks):
        values = dict(zip(known.names, known.columns[place].tolist(), strict=True))
        why = reasons_why(pulls[place], values, int(misses[place]))
        reasons[place] = " ".join(_sentence(each.reason) for each in why)
    return reasons


@cache
def _sentence(reason: Because) -> str:
    return str(reason)


def _rows_of(read: ContactsOfFile, told: Forecasts) -> list[tuple[Any, ...]]:
    """The rows in the order of the file."""
    rows: list[Any] = [None] * len(read.rows)
    for place, (row, misses, chance, n, why) in enumerate(
        zip(read.rows, told.misses, told.chances, told.n_behind, told.reasons, strict=True)
    ):
        is_told = not np.isnan(chance)
        rows[read.in_file[place]] = (
            row.client,
            row.number,
            int(misses),
            round(float(chance), 4) if is_told else None,
            int(n) if is_told else None,
            is_rule_reached(int(misses)),
            why,
        )
    return rows


def _as_csv(rows: list[tuple[Any, ...]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for client, contact, misses, chance, n, is_reached, why in rows:
        shown = "" if chance is None else f"{chance:.4f}"
        reached = "yes" if is_reached else "no"
        writer.writerow([harmless(client), contact, misses, shown, n, reached, why])
    return file.getvalue()


def _facts(
    read: ContactsOfFile,
    landmarks: Landmarks,
    horizon: str,
    model: HazardModel | NoModel,
    held: Calibration,
    told: Forecasts,
) -> dict[str, Any]:
    contacts = read.contacts
    is_last = np.arange(len(contacts)) + 1 == contacts.after_last
    return {
        "contacts_read": len(contacts),
        "clients": read.n_clients,
        "contact_numbers_left_out": read.n_left_out,
        "last_day": _last_day(contacts.day),
        "chance_of": f"no attended contact in {horizon}",
        "landmarks": held.n,
        "drifted_away": held.n_events,
        "clients_at_landmarks": len(np.unique(contacts.client[landmarks.is_landmark])),
        "rule_reached_now": int((told.misses[is_last] >= MISSES_OF_RULE).sum()),
        "model": model.to_dict() if isinstance(model, HazardModel) else None,
        "own_share": model.own_share if isinstance(model, HazardModel) else 0.0,
        "no_model": None if isinstance(model, HazardModel) else str(model),
        "calibration": {
            name: asdict(part) if not _is_lacking(part) else str(part)
            for name, part in (
                ("brier", held.brier),
                ("discrimination", held.discrimination),
                ("curve", held.curve),
            )
        },
    }


def _is_lacking(part: object) -> bool:
    return not isinstance(part, Brier | Discrimination | ReliabilityCurve)


def _last_day(days: np.ndarray | None) -> str | None:
    return None if days is None else date.fromordinal(int(days.max())).isoformat()


def _words(facts: dict[str, Any], held: Calibration) -> str:
    lines = [
        f"{facts['contacts_read']} contacts of {facts['clients']} clients.",
        f"The chance is that of {facts['chance_of']}.",
        f"At {held.n} contacts of people who still came, all that came after is known; "
        f"{held.n_events} were followed by drifting away.",
    ]
    if facts["contact_numbers_left_out"]:
        lines.append(f"Contacts whose number has no row: {facts['contact_numbers_left_out']}.")
    lines.append(
        f"The file's own model counts for {100 * facts['own_share']:.0f}%, published risks for "
        "the rest."
        if facts["model"]
        else f"Published risks stand in. {facts['no_model']}"
    )
    if isinstance(held.brier, Brier):
        lines.append(f"Brier score {held.brier.value:.4f}, skill {held.brier.skill:.3f}.")
    if isinstance(held.discrimination, Discrimination):
        area = held.discrimination
        lines.append(
            f"AUROC {area.value:.3f}, 95% interval {area.lowest:.3f} to {area.highest:.3f}."
        )
    if isinstance(held.curve, ReliabilityCurve):
        lines.append("Said and seen, in percent:")
        lines += [
            f"  {100 * each.predicted:5.1f}  {100 * each.observed.value:5.1f} "
            f"({100 * each.observed.lowest:.1f} to {100 * each.observed.highest:.1f}), n = {each.n}"
            for each in held.curve.bins
        ]
    lines.append(f"Two or more missed in a row at their last contact: {facts['rule_reached_now']}.")
    return "\n".join(lines)
