"""What the vault costs: the board and a feedback submit with it and without it, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from benchmarks.feedback_submit import SENT
from benchmarks.figures import Repeated, Result, Table, against, repeated
from benchmarks.measured_clinic import Site, build_site, open_to_people
from benchmarks.processes import Driver, first_on_path
from benchmarks.servers import HEADS, Answered, Request, Served, alongside_served, ask, line_of
from benchmarks.stage import on_stage

CASELOAD = {"whose-caseload-is-a-hundred": 100}
WARM = 24
MOST = 1.3
UNSEALED = Path(__file__).parent / "unsealed"


@dataclass
class Side:
    """One of the two clinics: its server, and what every round gave."""

    site: Site
    server: Served
    cookie: dict[str, str]
    boards: list[Answered] = field(default_factory=list)
    submits: list[Answered] = field(default_factory=list)
    form: str = ""
    waiting: Iterator[str] = field(default_factory=lambda: iter(()))

    def ask_boards(self, driver: Driver, n: int) -> Answered:
        """The caseload of a hundred, so many times."""
        board: list[Request] = [("GET", "/caseload/", "")] * n
        return _answered(
            ask(driver, self.server, board, connections=1, headers=self.cookie), status=200
        )

    def submit(self, driver: Driver, n: int) -> Answered:
        """So many forms, each sent once."""
        sent: list[Request] = [("POST", path, SENT) for path in islice(self.waiting, n)]
        return _answered(ask(driver, self.server, sent, connections=1, form=self.form), status=302)


def measure(scratch: Path, *, rounds: int, n_boards: int, n_submits: int) -> Result:
    """Both clinics from the same drawn visits, asked in turns by one driver.

    The boards come first, while no visit of today stands on them.
    """
    with ExitStack() as stack:
        sealed = _side(scratch / "sealed", stack)
        with first_on_path(UNSEALED):
            plain = _side(scratch / "plain", stack)
        if _is_readable(sealed.site) or not _is_readable(plain.site):
            raise RuntimeError("the two clinics do not differ by the vault")
        driver = Driver(sealed.site.folder)
        stack.callback(driver.end)
        sides = [sealed, plain]
        for side in sides:
            side.ask_boards(driver, WARM)
        for _ in range(rounds):
            for side in sides:
                side.boards.append(side.ask_boards(driver, n_boards))
            sides.reverse()
        for side in sides:
            slots = on_stage("fresh_slots", side.site.folder, 1 + WARM + rounds * n_submits)
            side.form, side.waiting = slots[0]["path"], (each["path"] for each in slots[1:])
            side.submit(driver, WARM)
        for _ in range(rounds):
            for side in sides:
                side.submits.append(side.submit(driver, n_submits))
            sides.reverse()
    return _result(sealed, plain, rounds=rounds, n_boards=n_boards, n_submits=n_submits)


def _side(folder: Path, stack: ExitStack) -> Side:
    site = build_site(folder, caseloads=CASELOAD)
    open_to_people(site)
    server = stack.enter_context(alongside_served(site.folder))
    (therapist,) = CASELOAD
    return Side(site, server, {"Cookie": on_stage("signed_in", site.folder, therapist)})


def _answered(answered: Answered, *, status: int) -> Answered:
    if any(each != status for each, _place in answered.answers):
        raise RuntimeError(f"the server did not always answer {status}")
    return answered


def _is_readable(site: Site) -> bool:
    (name,) = CASELOAD
    files = site.folder.glob(f"{site.database.name}*")
    return any(name.encode() in file.read_bytes() for file in files)


def _result(sealed: Side, plain: Side, *, rounds: int, n_boards: int, n_submits: int) -> Result:
    pairs = (
        ("Caseload board of 100", sealed.boards, plain.boards),
        ("Feedback submit", sealed.submits, plain.submits),
    )
    return Result(
        title="Cost of secrecy: with the vault and without it",
        conditions=(
            f"{rounds} rounds, n = {n_boards} boards and {n_submits} submits a line and round, one "
            "connection; the two servers run at the same time and are asked in turns, the order "
            "changed after every round. 100 clients with 30 rated visits each.",
            "Without the vault (`benchmarks/unsealed`) the same columns hold the same values in "
            "the clear; the audit, its chain and all else are the same.",
        ),
        tables=(
            Table(
                HEADS,
                tuple(
                    line_of(f"{name}, {how} the vault", 1, side)
                    for name, with_it, without in pairs
                    for how, side in (("with", with_it), ("without", without))
                ),
            ),
        ),
        verdicts=tuple(
            against(
                f"{name}: server CPU with the vault for each without, by round "
                f"({ratio.least:.2f} to {ratio.greatest:.2f})",
                ratio.median,
                MOST,
                "times",
            )
            for name, ratio in (
                (name, _ratio(with_it, without)) for name, with_it, without in pairs
            )
        ),
    )


def _ratio(with_it: list[Answered], without: list[Answered]) -> Repeated:
    pairs = zip(with_it, without, strict=True)
    return repeated(one.cpu_ms / other.cpu_ms for one, other in pairs)
