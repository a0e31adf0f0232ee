"""A researcher's file of ratings, CSV or Parquet, as columns of numbers, read strictly.

The columns are `client`, `visit` (1, 2, …) and `score`, and may be `therapist` and `intake`. A
blank score is a visit without one and is left out; anything else that is no number refuses the
file, with the rows to mend.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alongside.interfaces.cli.house import House
from alongside.interfaces.cli.parquet_files import PARQUET, read_parquet
from alongside.interfaces.cli.tables import FileRefused, Part, read_in_parts
from alongside.methods.vocabulary.arrays import Floats, Ints

ROWS_AT_ONCE = 50_000
MOST_SHOWN = 10
NEEDED, OPTIONAL = ("client", "visit", "score"), ("therapist", "intake")


class RatingColumnMissing(FileRefused):
    """{path} has no column "{column}". The columns are client, visit and score; therapist and
    intake may be there too."""


class WrongCells(FileRefused):
    """{path} has cells that cannot be read: {problems}. A visit is a whole number from 1 on; a
    score and an intake are numbers, or empty where there is none; a client is never empty."""


class VisitTwice(FileRefused):
    """Row {row} of {path} has visit {visit} of client {client} a second time. Keep one of them."""


class TwoIntakes(FileRefused):
    """Row {row} of {path} gives client {client} another intake than the rows before. An intake is
    what was known before the first visit, and the same in every row."""


class NoRatings(FileRefused):
    """{path} holds no score at all."""


@dataclass(frozen=True)
class Ratings:
    """The rows with a score, by client and visit.

    clients, therapists: their names, by number. client, visit, score, therapist: one entry a row;
    therapist is None without that column, and -1 where it is blank. intake: one entry a client,
    NaN where it is blank; None without that column. row: where each stood in the file.
    """

    path: Path
    clients: tuple[str, ...]
    therapists: tuple[str, ...]
    client: Ints
    visit: Ints
    score: Floats
    therapist: Ints | None
    intake: Floats | None
    row: Ints
    n_blank: int


def read_ratings(path: Path, house: House) -> Ratings:
    """The ratings of a file.

    Raises: FileRefused, of which every kind says what to do.
    """
    is_parquet = path.suffix.lower() == PARQUET
    headings, parts = (read_parquet if is_parquet else read_in_parts)(path, ROWS_AT_ONCE)
    for column in NEEDED:
        if column not in headings:
            raise RatingColumnMissing(path=path, column=column)
    places = {name: headings.index(name) for name in (*NEEDED, *OPTIONAL) if name in headings}
    reading = _Reading(path, places)
    with house.progress("Reading", path.stat().st_size) as advance:
        for part in parts:
            reading.take(part)
            advance(sum(len(cell) + 1 for column in part.columns for cell in column))
    return reading.done()


class _Reading:
    def __init__(self, path: Path, places: dict[str, int]) -> None:
        self.path, self.places = path, places
        self.numbers_of: dict[str, dict[str, int]] = {"client": {}, "therapist": {"": -1}}
        self.taken: dict[str, list[np.ndarray]] = {name: [] for name in (*places, "row")}
        self.problems: list[str] = []
        self.n_problems = 0

    def take(self, part: Part) -> None:
        """The cells of some rows, as numbers."""
        self.taken["row"].append(np.array(part.numbers))
        for name, place in self.places.items():
            cells = part.columns[place]
            if name in self.numbers_of:
                numbers = self.numbers_of[name]
                names = [cell.strip() for cell in cells]
                if name == "client":
                    self._refuse_blank(names, part.numbers)
                codes = [numbers.setdefault(each, len(numbers)) for each in names]
                self.taken[name].append(np.array(codes))
            else:
                read = _visit if name == "visit" else _number
                self.taken[name].append(self._read(name, cells, part.numbers, read))

    def _refuse_blank(self, names: list[str], rows: Iterable[int]) -> None:
        if "" in names:
            for row in (row for name, row in zip(names, rows, strict=True) if not name):
                self._refuse(row, "client", "")

    def _refuse(self, row: int, name: str, cell: str) -> None:
        self.n_problems += 1
        if len(self.problems) < MOST_SHOWN:
            self.problems.append(f"row {row}, {name} “{cell[:40]}”")

    def _read(
        self, name: str, cells: Iterable[str], rows: Iterable[int], read: Callable[[str], float]
    ) -> Floats:
        try:
            return np.array([float(read(cell)) for cell in cells])
        except ValueError:
            pass
        values = []
        for cell, row in zip(cells, rows, strict=True):
            try:
                values.append(float(read(cell)))
            except ValueError:
                values.append(math.nan)
                self._refuse(row, name, cell)
        return np.array(values)

    def done(self) -> Ratings:
        """All of it, in order, once nothing is wrong with it."""
        if self.problems:
            more = self.n_problems - len(self.problems)
            told = "; ".join(self.problems) + (f"; and {more} more" if more else "")
            raise WrongCells(path=self.path, problems=told)
        columns = {
            name: np.concatenate(parts or [np.zeros(0)]) for name, parts in self.taken.items()
        }
        clients = tuple(self.numbers_of["client"])
        intake = self._intake_of_each(columns, clients) if "intake" in columns else None
        has_score = ~np.isnan(columns["score"])
        if not has_score.any():
            raise NoRatings(path=self.path)
        order = np.flatnonzero(has_score)
        order = order[np.lexsort((columns["visit"][order], columns["client"][order]))]
        client, visit = (columns[name][order].astype(np.int64) for name in ("client", "visit"))
        row = columns["row"][order].astype(np.int64)
        twice = np.flatnonzero((client[1:] == client[:-1]) & (visit[1:] == visit[:-1]))
        if len(twice):
            place = int(twice[np.argmin(np.maximum(row[twice], row[twice + 1]))])
            raise VisitTwice(
                path=self.path,
                row=max(int(row[place]), int(row[place + 1])),
                visit=int(visit[place]),
                client=clients[int(client[place])],
            )
        therapist = columns.get("therapist")
        return Ratings(
            path=self.path,
            clients=clients,
            therapists=tuple(name for name in self.numbers_of["therapist"] if name),
            client=client,
            visit=visit,
            score=columns["score"][order],
            therapist=None if therapist is None else _from_zero(therapist[order]),
            intake=intake,
            row=row,
            n_blank=int((~has_score).sum()),
        )

    def _intake_of_each(self, columns: dict[str, np.ndarray], clients: tuple[str, ...]) -> Floats:
        intake = np.full(len(clients), np.nan)
        known = np.flatnonzero(~np.isnan(columns["intake"]))
        owner = columns["client"][known].astype(np.int64)
        # Written from the last to the first, so that the first row of each client stays.
        intake[owner[::-1]] = columns["intake"][known][::-1]
        differs = np.flatnonzero(intake[owner] != columns["intake"][known])
        if len(differs):
            place = int(differs[0])
            raise TwoIntakes(
                path=self.path,
                row=int(columns["row"][known[place]]),
                client=clients[int(owner[place])],
            )
        return intake


def _from_zero(therapist: Ints) -> Ints:
    """Numbers from 0 on; that of no therapist, who was counted first, stays -1."""
    return np.where(therapist > 0, therapist - 1, -1).astype(np.int64)


def _number(cell: str) -> float:
    if not cell or not cell.strip():
        return math.nan
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError
    return value


def _visit(cell: str) -> float:
    value = float(cell)
    if value < 1 or value != int(value):
        raise ValueError
    return value
