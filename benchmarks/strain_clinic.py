"""Strain in a whole clinic's ratings: against the same chart in pandas, and against ruptures.

pandas and ruptures are no dependencies of this project. `make bench-r` has them in an environment
of their own, in which this file runs alone and keeps its section of RESULTS.md.
"""

from __future__ import annotations

import importlib.util
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from alongside.lab.alliance_series import BENCHMARK, draw_series
from alongside.lab.detection import STEP
from alongside.methods.alliance.clinic_ratings import ratings_of_columns, series_of
from alongside.methods.alliance.clinic_strain import detect_clinic_strain, flag_clinic_strain
from alongside.methods.alliance.control_charts import flag_own_baseline
from alongside.methods.alliance.population import population_of
from benchmarks.figures import Repeated, Result, Table, repeated
from benchmarks.kept import keep
from benchmarks.machine import ROOT, described, load_average
from benchmarks.timing import bandwidth, seconds_of

N_SERIES, N_VISITS = 20_000, 20
GROWING, N_VISITS_GROWING = (1_000, 10_000, 50_000, 200_000), 12
LIMIT = 2.0001
"""Not 2: on quarters of a point some ratings lie exactly on it, and rounding would decide."""
PENALTY = 300.0
MIN_PANDAS, MIN_KERNEL = 100.0, 10.0
PEERS = ("pandas", "ruptures")
CHART, FLAGS, FULL = "our own-baseline chart", "our detector, flags", "our detector, everything"
COLUMNS = "our detector, flags, from columns"
PANDAS, PANDAS_EACH = "the chart by pandas, expanding", "the chart by pandas, client by client"
KERNEL, KERNEL_RBF = "KernelCPD, once a series", "KernelCPD with its rbf kernel, once a series"
KERNEL_ONLINE = "KernelCPD, at every visit"


def measure(*, rounds: int = 5) -> Result:
    """Everything in turns, `rounds` times; what pandas flags is compared before."""
    absent = [name for name in PEERS if importlib.util.find_spec(name) is None]
    ratings = draw_series(
        BENCHMARK, n_clients=N_SERIES, n_visits=N_VISITS, rng=np.random.default_rng(1)
    ).ratings
    population = population_of(series_of(ratings[:600]), step=STEP)
    clients = np.repeat(np.arange(N_SERIES), N_VISITS)
    visits = np.tile(np.arange(1, N_VISITS + 1), N_SERIES)
    scores = ratings.ravel()
    deeds: dict[str, Callable[[], Any]] = {
        CHART: lambda: flag_own_baseline(ratings, limit=LIMIT),
        FLAGS: lambda: flag_clinic_strain(ratings, population),
        FULL: lambda: detect_clinic_strain(ratings, population),
        COLUMNS: lambda: flag_clinic_strain(
            ratings_of_columns(clients, visits, scores).ratings, population
        ),
    }
    if "pandas" not in absent:
        deeds |= _in_pandas(clients, scores)
        flags = np.asarray(deeds[CHART]()).ravel()
        for name in (PANDAS, PANDAS_EACH):
            if not np.array_equal(np.asarray(deeds[name]()), flags):
                raise RuntimeError(f"{name} does not flag the same visits")
    if "ruptures" not in absent:
        deeds |= _by_ruptures(ratings)
    if not np.array_equal(deeds[FLAGS](), deeds[FULL]().is_strain):
        raise RuntimeError("flags alone are not the flags of everything")
    seconds: dict[str, list[float]] = {name: [] for name in deeds}
    for _ in range(rounds):
        for name, deed in deeds.items():
            seconds[name].append(seconds_of(deed))
    times = {name: repeated(each) for name, each in seconds.items()}
    return _result(times, absent, rounds, int(np.asarray(deeds[CHART]()).sum()))


def _in_pandas(clients: np.ndarray, scores: np.ndarray) -> dict[str, Callable[[], Any]]:
    import pandas

    frame = pandas.DataFrame({"client": clients, "score": scores})

    def expanding() -> Any:
        earlier = frame.groupby("client").score.shift().groupby(frame.client).expanding(3)
        limits = (earlier.mean() - LIMIT * earlier.std()).to_numpy()
        return frame.score.to_numpy() < limits

    def chart(score: Any) -> Any:
        earlier = score.shift().expanding(3)
        return score < earlier.mean() - LIMIT * earlier.std()

    def client_by_client() -> Any:
        return frame.groupby("client").score.transform(chart).to_numpy()

    return {PANDAS: expanding, PANDAS_EACH: client_by_client}


def _by_ruptures(ratings: np.ndarray) -> dict[str, Callable[[], Any]]:
    from ruptures import KernelCPD

    def changes(series: np.ndarray, kernel: str = "linear", penalty: float = PENALTY) -> Any:
        return KernelCPD(kernel=kernel, min_size=2).fit(series).predict(pen=penalty)

    def once() -> int:
        return sum(len(changes(series)) - 1 for series in ratings)

    def once_by_rbf() -> int:
        return sum(len(changes(series, "rbf", 1.0)) - 1 for series in ratings)

    def at_every_visit() -> int:
        return sum(
            len(changes(series[:n])) - 1 for series in ratings for n in range(4, N_VISITS + 1)
        )

    return {KERNEL: once, KERNEL_RBF: once_by_rbf, KERNEL_ONLINE: at_every_visit}


def _result(times: dict[str, Repeated], absent: list[str], rounds: int, n_flags: int) -> Result:
    peers = " · ".join(f"{name} {version(name)}" for name in PEERS if name not in absent)
    table = Table(
        ("what", "least ms", "all rounds, ms", "series a second"),
        tuple(
            (
                name,
                f"{1000 * each.least:.2f}",
                repeated(1000 * value for value in each.values).told(1),
                f"{N_SERIES / each.least:,.0f}",
            )
            for name, each in times.items()
        ),
    )
    verdicts = []
    for ours, theirs, target in (
        (CHART, PANDAS, MIN_PANDAS),
        (CHART, PANDAS_EACH, MIN_PANDAS),
        (FULL, PANDAS_EACH, None),
        (FLAGS, KERNEL, MIN_KERNEL),
        (FULL, KERNEL, MIN_KERNEL),
        (FLAGS, KERNEL_RBF, MIN_KERNEL),
        (FLAGS, KERNEL_ONLINE, MIN_KERNEL),
        (FULL, KERNEL_ONLINE, MIN_KERNEL),
    ):
        if theirs in times:
            verdicts.append(_as_ratio(ours, theirs, times, target))
    growth, lines = _growth()
    return Result(
        title="Strain in a whole clinic",
        conditions=(
            f"{N_SERIES:,} drawn series of {N_VISITS} visits, one process; {rounds} rounds of "
            "everything in turns. The least of the rounds counts: others use the machine too.",
            f"Peers: {peers or 'none'}. Nobody's time holds the making of its own input, but for "
            f"the line that says so. Both pandas charts flag the same {n_flags:,} visits as ours.",
            "KernelCPD (its own linear kernel, the fastest, unless it says otherwise) looks back "
            "from the last visit for changes either way. Once a series it does less than a "
            "detector that answers at every visit; from the fourth visit on at every visit it "
            "does as much. Its flags are other ones by design and are not compared.",
        ),
        tables=(table, growth),
        verdicts=(*verdicts, *lines),
        misses=tuple(
            f"**{name} is not here, so nothing is measured against it.**" for name in absent
        ),
    )


def _as_ratio(ours: str, theirs: str, times: dict[str, Repeated], target: float | None) -> str:
    ratio = times[theirs].least / times[ours].least
    said = f"{ours}: {ratio:.1f} times as fast as {theirs}"
    if target is None:
        return said
    return f"{said}, {ratio / target:.2f} of the target {target:g} ({_word(ratio >= target)})"


def _word(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


def _growth() -> tuple[Table, tuple[str, ...]]:
    """From a thousand to two hundred thousand clients: time, memory, and the limit of reading."""
    drawn = draw_series(
        BENCHMARK,
        n_clients=max(GROWING),
        n_visits=N_VISITS_GROWING,
        rng=np.random.default_rng(2),
    ).ratings
    population = population_of(series_of(drawn[:600]), step=STEP)
    ways: dict[str, Callable[[np.ndarray], Any]] = {
        FLAGS: lambda ratings: flag_clinic_strain(ratings, population),
        FULL: lambda ratings: detect_clinic_strain(ratings, population),
    }
    rate = bandwidth()
    rows, lines = [], []
    for name, way in ways.items():
        seconds = []
        for n_clients in GROWING:
            ratings = np.ascontiguousarray(drawn[:n_clients])
            least = min(seconds_of(lambda r=ratings, w=way: w(r)) for _ in range(3))  # type: ignore[misc]
            seconds.append(least)
            peak = _peak_mb(lambda r=ratings, w=way: w(r))  # type: ignore[misc]
            rows.append(
                (
                    name,
                    f"{n_clients:,}",
                    f"{1000 * least:.1f}",
                    f"{1e9 * least / ratings.size:.0f}",
                    f"{peak:.0f}",
                    f"{ratings.nbytes / 1e6:.0f}",
                )
            )
        exponent = np.polyfit(np.log(GROWING), np.log(seconds), 1)[0]
        reading = drawn.nbytes / rate
        lines.append(
            f"{name}: time grows as clients to the power {exponent:.2f}; at {max(GROWING):,} "
            f"clients it takes {seconds[-1] / reading:.0f} times as long as reading the ratings "
            f"once ({rate / 1e9:.1f} GB/s here): bound by arithmetic, far from that limit."
        )
    heads = ("what", "clients of 12 visits", "ms", "ns a rating", "peak MB", "ratings MB")
    return Table(heads, tuple(rows)), tuple(lines)


def _peak_mb(deed: Callable[[], Any]) -> float:
    tracemalloc.start()
    deed()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Measures where this runs, and keeps it."""
    load_before = load_average()
    result = measure()
    print(result.markdown)
    facts = described(ROOT) | {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Load average": f"{load_before} before, {load_average()} after",
    }
    keep(ROOT / "benchmarks" / "RESULTS.md", [result], facts)


if __name__ == "__main__":
    main()
