"""A therapist opens the board: ten, fifty and a hundred clients with thirty rated visits each."""

from __future__ import annotations

from benchmarks.figures import Result, Table, against
from benchmarks.measured_clinic import CASELOADS, Site
from benchmarks.processes import Driver
from benchmarks.servers import HEADS, Answered, Served, ask, cpu_of, line_of
from benchmarks.stage import on_stage

TARGET_CPU_MS = 25.0
CONNECTIONS = (1, 4)
IN_PROCESS = 40
MANY = "hundred"


def measure(
    site: Site, server: Served, bare: Served, driver: Driver, *, rounds: int, n: int
) -> Result:
    """Rounds of the bare list and the real board, one after the other."""
    headers = {"Cookie": on_stage("signed_in", site.folder, MANY)}
    filled = [("GET", "/write/", "")] * 100
    board, read = [("GET", "/caseload/", "")], [("GET", "/read/", "")]
    ask(driver, bare, filled, connections=4)
    ask(driver, bare, read * 16, connections=8)
    ask(driver, server, board * 16, connections=8, headers=headers)
    boards: dict[int, list[Answered]] = {connections: [] for connections in CONNECTIONS}
    lists: list[Answered] = []
    for _ in range(rounds):
        lists.append(ask(driver, bare, read * n, connections=1))
        for connections in CONNECTIONS:
            answered = ask(driver, server, board * n, connections=connections, headers=headers)
            if any(status != 200 for status, _place in answered.answers):
                raise RuntimeError("the board did not always answer")
            boards[connections].append(answered)
    in_process = on_stage(
        "boards_in_process", site.folder, {"therapists": list(CASELOADS), "n": IN_PROCESS}
    )
    cpu, bare_cpu = cpu_of(boards[1]), cpu_of(lists)
    statements = {each["statements"] for each in in_process}
    return Result(
        title="Caseload board",
        conditions=(
            f"{rounds} rounds, n = {n} a line and round; 100 clients with 30 rated visits each, "
            "a visit booked for each, words waiting for some.",
            "The bare list is 100 rows of four fields through the ORM and Django's templates, "
            "with no middleware, on the same server and database.",
        ),
        tables=(
            Table(
                HEADS,
                (
                    line_of("bare list of 100 rows", 1, lists),
                    *(line_of("board of 100 clients", each, boards[each]) for each in CONNECTIONS),
                ),
            ),
            Table(
                ("clients", "SQL statements", "page kB", "CPU-ms in one process", "least"),
                tuple(
                    (
                        str(each["clients"]),
                        str(each["statements"]),
                        f"{each['bytes'] / 1000:.0f}",
                        f"{each['cpu_ms_median']:.1f}",
                        f"{each['cpu_ms_min']:.1f}",
                    )
                    for each in in_process
                ),
            ),
        ),
        verdicts=(
            against("Server CPU a board of 100, median of rounds", cpu.median, TARGET_CPU_MS, "ms"),
            f"{cpu.median / bare_cpu.median:.2f} times the CPU of the bare list",
        ),
        misses=(
            "The number of statements does not depend on the number of clients."
            if len(statements) == 1
            else "**The number of statements grows with the clients.**",
        ),
    )
