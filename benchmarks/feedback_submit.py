"""From a client's "Send" to a durable row: by link, over HTTP, with everything that follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.disk import commits_a_second, rows_in
from benchmarks.figures import Repeated, Result, Table, against, repeated
from benchmarks.measured_clinic import CASELOADS, Site
from benchmarks.processes import Driver
from benchmarks.servers import HEADS, Answered, Request, Served, ask, cpu_of, line_of
from benchmarks.stage import on_stage

CONNECTIONS = (1, 16)
TARGET_CPU_MS = 4.0
WARM = 48
N_QUESTIONS = 10
TAP = "q1=9&q1-release=now"
ANSWERS = {
    **{f"q{place}": str(value) for place, value in enumerate((9, 9, 8, 9, 10, 3), start=1)},
    "q7": "false",
}
SENT = urlencode({**ANSWERS, **{f"q{place}-release": "now" for place in range(1, N_QUESTIONS + 1)}})


@dataclass
class SubmitRounds:
    """What every round gave, by the number of connections."""

    submits: dict[int, list[Answered]] = field(default_factory=dict)
    writes: dict[int, list[Answered]] = field(default_factory=dict)
    forms: list[Answered] = field(default_factory=list)
    taps: list[Answered] = field(default_factory=list)
    commits: dict[int, list[float]] = field(default_factory=dict)
    acknowledged: list[int] = field(default_factory=list)
    written: int = 0
    lost: int = 0

    def share_of_commits(self, connections: int) -> Repeated:
        """Submits a second for each commit a second that the disk gave just before, by round."""
        pairs = zip(self.submits[connections], self.commits[connections], strict=True)
        return repeated(submits.a_second / commits for submits, commits in pairs)


def measure(
    site: Site, server: Served, bare: Served, driver: Driver, *, rounds: int, n: int
) -> Result:
    """Rounds of bare commits, bare Django writes and real submits, one after the other."""
    slots = on_stage("fresh_slots", site.folder, 1 + WARM + rounds * n * len(CONNECTIONS))
    form, waiting = slots[0]["path"], iter(slots[1:])
    found = SubmitRounds()

    def submit(how_many: int, connections: int) -> Answered:
        taken = [next(waiting) for _ in range(how_many)]
        requests: list[Request] = [("POST", slot["path"], SENT) for slot in taken]
        answered = ask(driver, server, requests, connections=connections, form=form)
        for slot, (status, place) in zip(taken, answered.answers, strict=True):
            if status == 302 and place.endswith("/thanks/"):
                found.acknowledged.append(slot["slot"])
            else:
                found.lost += 1
        return answered

    def write(how_many: int, connections: int) -> Answered:
        requests: list[Request] = [("GET", "/write/", "")] * how_many
        answered = ask(driver, bare, requests, connections=connections)
        found.written += sum(status == 204 for status, _place in answered.answers)
        return answered

    n_rows = rows_in(site.database, "django_session")
    submit(WARM, CONNECTIONS[-1])
    write(WARM, CONNECTIONS[-1])
    for _ in range(rounds):
        for connections in CONNECTIONS:
            found.writes.setdefault(connections, []).append(write(2 * n, connections))
            found.commits.setdefault(connections, []).append(commits_a_second(site.folder))
            found.submits.setdefault(connections, []).append(submit(n, connections))
        found.forms.append(ask(driver, server, [("GET", form, "")] * (n // 4), connections=1))
        tap: list[Request] = [("POST", f"{form}save", TAP)]
        found.taps.append(ask(driver, server, tap * (n // 4), connections=1, form=form))
        if any(status != 200 for status, _place in found.taps[-1].answers):
            raise RuntimeError("a tapped answer was not saved")
    if rows_in(site.database, "django_session") - n_rows != found.written:
        raise RuntimeError("the bare Django write did not write what it acknowledged")
    kept = on_stage("kept", site.folder, found.acknowledged)
    inside = on_stage("fresh_slots", site.folder, 42)
    in_process = on_stage(
        "submits_in_process",
        site.folder,
        {
            "form": inside[0]["path"],
            "paths": [slot["path"] for slot in inside[1:]],
            "answers": {
                **ANSWERS,
                **{f"q{place}-release": "now" for place in range(1, N_QUESTIONS + 1)},
            },
        },
    )
    return _result(found, kept, in_process, n=n)


def _result(
    found: SubmitRounds, kept: dict[str, int], in_process: dict[str, float], *, n: int
) -> Result:
    commits = repeated(rate for rates in found.commits.values() for rate in rates)
    rows: list[tuple[str, ...]] = [
        ("bare commit, one writer, no server", "-", commits.told(0), "-", "-", "-")
    ]
    for connections in CONNECTIONS:
        rows.append(line_of("bare Django write", connections, found.writes[connections]))
        rows.append(line_of("feedback submit", connections, found.submits[connections]))
    rows.append(line_of("the form, only read", 1, found.forms))
    rows.append(line_of("one answer kept as it is tapped", 1, found.taps))
    n_said = len(found.acknowledged)
    told = [
        f"Kept: {kept['responses']} of {n_said} acknowledged submits are whole rows in the "
        f"database, {kept['audited']} of {n_said} have their audit row, {kept['in_course']} of "
        f"{n_said} are in the alliance series. Not acknowledged: {found.lost}."
    ]
    for connections in CONNECTIONS:
        submits, writes = found.submits[connections], found.writes[connections]
        cpu, bare = cpu_of(submits), cpu_of(writes)
        share = found.share_of_commits(connections)
        word = "connection" if connections == 1 else "connections"
        told.append(
            against(
                f"Server CPU a submit, {connections} {word}, median of rounds",
                cpu.median,
                TARGET_CPU_MS,
                "ms",
            )
        )
        told.append(
            f"{connections} {word}: {share.told(3)} of the bare commit rate of the same minute, "
            f"{cpu.median / bare.median:.2f} times the CPU of a bare Django write"
        )
    told.append(
        f"In one process, without a server: {in_process['statements']} SQL statements, "
        f"{in_process['cpu_ms_median']:.2f} CPU-ms (least {in_process['cpu_ms_min']:.2f}), "
        "Django's test client included"
    )
    misses = []
    bare_rate = repeated(each.a_second for each in found.writes[1])
    if bare_rate.median > commits.median:
        misses.append(
            "**Bare Django writes came faster than bare commits, which cannot be on a machine of "
            "one's own. Others most likely had the processors while the commits waited; the shares "
            "of the commit rate above mean nothing.**"
        )
    if not n_said == kept["responses"] == kept["audited"] == kept["in_course"] or found.lost:
        misses.append("**Something that was acknowledged is not kept, or was not answered.**")
    return Result(
        title="Feedback submit, over HTTP to a durable row",
        conditions=(
            f"{len(found.forms)} rounds, each with n = {n} a line (bare writes: {2 * n}, form and "
            f"taps: {n // 4}). Before the first, {sum(CASELOADS.values())} clients had 30 rated "
            "visits each.",
            "A submit is a POST to a feedback link with form cookie and token, seven answers and "
            "ten releases. It is answered when rows, score, audit, series and signal are on the "
            "disk: WAL, synchronous=FULL.",
            "The driver is a process of its own on the same machine. CPU is user and system time "
            "of the server's worker processes.",
            "Numbers: median of the rounds (least to greatest). p50 and p95 are over all rounds.",
        ),
        tables=(Table(HEADS, tuple(rows)),),
        verdicts=tuple(told),
        misses=tuple(misses),
    )
