"""The results that the R package clinicalsignificance prints in its own documentation.

Source: articles and reference pages of clinicalsignificance (commit 863dc77), kept as call and
printed text; each call is read here, its analysis done by our functions on the same public
data, and the printed counts, group means and cut-off compared. Not ours, so not compared:
anchor and percentage criteria, group-level effects, and the multilevel (HLM) form, which calls a
client unchanged who improves at the average rate. None of the printed calls uses cut-off b,
which the package computes with the wrong standard deviation.
"""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter
from dataclasses import dataclass

import pytest

from alongside.methods.progress.norms import Better, CutOff, Norms
from alongside.methods.progress.reliable_change import (
    Category,
    Crossing,
    Method,
    PostGroup,
    crossing_of,
    reliable_change,
)

ORDER = ("id", "time", "outcome", "pre", "post", "group")
TIMES = {"antidepressants": ("Before", "After"), "claus_2020": ("1", "4")}
N_COMPARED = 24


@dataclass(frozen=True)
class Call:
    """One printed call: the function, the data it ran on, its arguments by name."""

    function: str
    data: str
    arguments: dict[str, str]

    @property
    def not_ours(self) -> str | None:
        """Why we do not compute this, or None when we do."""
        if self.function in ("cs_anchor", "cs_percentage"):
            return f"{self.function} criterion"
        if self.function == "cs_combined" and "mid_improvement" in self.arguments:
            return "cs_anchor criterion within cs_combined"
        if self.arguments.get("rci_method") == "HLM":
            return "multilevel form (HLM)"
        return None


def read_call(text: str) -> Call:
    code = re.sub(r"#.*", "", text)
    found = re.findall(r"(\w+)\s*\|>\s*(cs_\w+)\(([^()]*)\)", code)
    data, function, inside = found[-1]
    arguments: dict[str, str] = {}
    for place, argument in enumerate(part.strip() for part in inside.split(",")):
        name, _, value = argument.rpartition("=")
        arguments[name.strip() or ORDER[place]] = value.strip().strip('"')
    return Call(function, data, arguments)


def read_counts(printed: str) -> dict[tuple[str, str], int]:
    """Printed counts by (group, category); the group is empty when there is none."""
    names = "|".join(category.value.capitalize() for category in Category)
    rows = re.findall(rf"^(?:(\w+)\s*\|)?\s*({names})\s*\|\s*(\d+)\s*\|", printed, re.MULTILINE)
    return {(group, category.lower()): int(n) for group, category, n in rows}


def number(value: str) -> str:
    """ "1" and "1.0" are the same time; "Before" is itself."""
    return value.removesuffix(".0")


class Analysis:
    """What our functions say about a printed call."""

    def __init__(self, call: Call, rows: list[dict[str, str]]) -> None:
        say = call.arguments
        first, later = TIMES[call.data]
        times = {say.get("pre", first): 0, say.get("post", later): 1}
        who: dict[str, list[float | None]] = {}
        group_of: dict[str, str] = {}
        for row in rows:
            scores = who.setdefault(row[say["id"]], [None, None])
            group_of[row[say["id"]]] = row[say["group"]] if "group" in say else ""
            place = times.get(number(row[say["time"]]))
            if place is not None and row[say["outcome"]]:
                scores[place] = float(row[say["outcome"]])
        self.n_all = len(who)
        complete = {person: pair for person, pair in who.items() if None not in pair}
        pre, post = (list(side) for side in zip(*complete.values(), strict=True))
        self.norms = Norms(
            statistics.fmean(pre),
            statistics.stdev(pre),
            float(say.get("reliability", "0.5")),
            Better.HIGHER if say.get("better_is") == "higher" else Better.LOWER,
            functional_mean=float(say["m_functional"]) if "m_functional" in say else None,
            functional_sd=float(say["sd_functional"]) if "sd_functional" in say else None,
        )
        self.post_group = PostGroup(
            statistics.fmean(post), statistics.stdev(post), statistics.correlation(pre, post)
        )
        self.call = call
        self.cut_off = self.norms.cut_off(CutOff(say.get("cutoff_type", "a")))
        self.counts = Counter(
            (group_of[person], self.category(*pair)) for person, pair in complete.items()
        )
        self.n = len(complete)

    def category(self, pre: float, post: float) -> str:
        if self.call.function == "cs_statistical":
            method = Method(self.call.arguments.get("cutoff_method", "JT"))
            crossing = crossing_of(
                pre, post, self.cut_off, self.norms, method=method, post_group=self.post_group
            )
            return {
                Crossing.TO_FUNCTIONAL: "improved",
                Crossing.NONE: "unchanged",
                Crossing.TO_CLINICAL: "deteriorated",
            }[crossing]
        return reliable_change(
            pre,
            post,
            self.norms,
            cut_off=None if self.call.function == "cs_distribution" else self.cut_off,
            method=Method(self.call.arguments.get("rci_method", "JT")),
            post_group=self.post_group,
        ).category.value


@pytest.fixture(scope="module")
def printed_results(published_data):
    path = published_data / "expected" / "clinicalsignificance_printed_results.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return json.loads(path.read_text(encoding="utf-8"))


def test_printed_counts_means_and_cut_offs_are_ours_too(printed_results, read_rows, say):
    n_compared, n_counts, left_out = 0, 0, Counter()
    for entry in printed_results:
        call = read_call(entry["call"])
        if call.not_ours:
            left_out[call.not_ours] += 1
            continue
        rows = read_rows(f"clinicalsignificance/{call.data}.csv")
        analysis, printed = Analysis(call, rows), entry["printed"]
        expected = read_counts(printed)
        assert len(expected) >= 3, f"no counts read from {entry['source']}: {printed}"
        ours = {key: analysis.counts[key] for key in expected}
        assert ours == expected, f"{entry['source']}: {call}"
        assert sum(ours.values()) == analysis.n
        for n_all, n in re.findall(r"There were (\d+) .*? of which (\d+)", printed, re.DOTALL):
            assert (analysis.n_all, analysis.n) == (int(n_all), int(n))
        for value in re.findall(r"cutoff type was \w with a value of ([\d.]+)", printed):
            assert analysis.cut_off == pytest.approx(float(value), abs=0.0051)
        for mean, sd in re.findall(r"^([\d.]+)\s+\|\s+([\d.]+) \|\s+[\d.]+ \|", printed, re.M):
            assert (analysis.norms.clinical_mean, analysis.norms.clinical_sd) == pytest.approx(
                (float(mean), float(sd)), abs=0.0051
            )
        n_compared += 1
        n_counts += len(expected)
    say(
        f"printed results: {n_compared} of {len(printed_results)} calls compared, "
        f"{n_counts} counts equal; not ours: {dict(left_out)}"
    )
    assert n_compared + left_out.total() == len(printed_results)
    assert n_compared == N_COMPARED


def test_a_call_is_read_with_its_places_and_names():
    call = read_call(
        "cs_x(data, id) # Compare\nr <- claus_2020 |>\n  cs_distribution(\n    id, time, hamd,"
        ' pre = 1, post = 4,\n    rci_method = "HA"\n  )\nr'
    )
    assert (call.function, call.data) == ("cs_distribution", "claus_2020")
    assert call.arguments == {
        **{"id": "id", "time": "time", "outcome": "hamd"},
        **{"pre": "1", "post": "4", "rci_method": "HA"},
    }
    assert call.not_ours is None
