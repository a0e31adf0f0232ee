"""Reliable change: did a score move by more than the instrument's own unreliability?

A change is reliable when it is larger than two measurements of somebody unchanged would differ;
it is a recovery when the score also crosses from the clinical to the functional side of a
cut-off. The index is Jacobson and Truax's, with the Edwards-Nunnally form beside it, which allows
for the pull of the mean on extreme first scores; the other published forms are here so that
results can be compared with those of other studies.

Source: Jacobson and Truax 1991; Speer 1992 (Edwards-Nunnally); Bauer, Lambert and Nielsen 2004
(comparison of the forms); Hageman and Arrindell 1999. Checked by tests/published/
test_claus_2020.py, test_jacobson_truax_1991.py and test_clinicalsignificance_printed.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from alongside.methods.progress.norms import Norms, Score
from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.results import NoResult


class Method(StrEnum):
    """The published forms of the reliable change index."""

    JACOBSON_TRUAX = "JT"
    EDWARDS_NUNNALLY = "EN"
    GULLIKSEN_LORD_NOVICK = "GLN"
    HSU_LINN_LORD = "HLL"
    NUNNALLY_KOTSCH = "NK"
    HAGEMAN_ARRINDELL = "HA"


class Crossing(StrEnum):
    """Whether a score changed sides of a cut-off, and to which."""

    NONE = "none"
    TO_FUNCTIONAL = "to_functional"
    TO_CLINICAL = "to_clinical"


class Category(StrEnum):
    """What a change from one score to a later one means."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"
    HARMED = "harmed"


CRITICAL: Final[Mapping[Method, float]] = {
    Method.JACOBSON_TRUAX: 1.96,
    Method.EDWARDS_NUNNALLY: 1.96,
    Method.GULLIKSEN_LORD_NOVICK: 1.96,
    Method.HSU_LINN_LORD: 1.96,
    Method.NUNNALLY_KOTSCH: 1.96,
    Method.HAGEMAN_ARRINDELL: 1.65,
}
"""The index beyond which a change is reliable. Hageman and Arrindell take a one-sided 5%."""


class MethodNeedsPostGroup(AlongsideError):
    """The {method} index needs the {lacking} of the group’s later scores."""


class NoBandFor(AlongsideError):
    """A band around the first score is drawn by JT or EN, not by {method}."""


@dataclass(frozen=True, slots=True)
class MissingScore(NoResult):
    """There is no {which} score, so change cannot be told."""

    which: str


@dataclass(frozen=True, slots=True)
class PostGroup:
    """The later scores of the group that a client is compared with; three methods need it.

    mean: for HLL and HA. sd, correlation (of first with later scores): for HA.
    reliability of the later scores: for NK.
    """

    mean: float | None = None
    sd: float | None = None
    correlation: float | None = None
    reliability: float | None = None


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """One change and what it means.

    index: signed as the scores are, so a falling score has a negative index.
    critical: the index from which a change is reliable. cut_off: None when none was given.
    """

    pre: float
    post: float
    method: Method
    index: float
    critical: float
    cut_off: float | None
    crossing: Crossing
    category: Category

    @property
    def is_reliable(self) -> bool:
        """Whether the change is larger than unreliability explains."""
        return abs(self.index) > self.critical


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """A change by Jacobson-Truax, and by Edwards-Nunnally as the sensitivity line."""

    main: ReliableChange
    sensitivity: ReliableChange

    @property
    def methods_agree(self) -> bool:
        """Whether both put the change into the same category."""
        return self.main.category is self.sensitivity.category


@dataclass(frozen=True, slots=True)
class ReliableChangeBand:
    """Later scores that are no reliable change from a first score; beyond it they are.

    centre: the first score by JT; the score expected by chance alone by EN.
    """

    baseline: float
    method: Method
    centre: float
    lowest: float
    highest: float

    def __contains__(self, score: float) -> bool:
        return self.lowest <= score <= self.highest


def reliable_change(
    pre: float | None,
    post: float | None,
    norms: Norms,
    *,
    cut_off: float | None = None,
    method: Method = Method.JACOBSON_TRUAX,
    post_group: PostGroup | None = None,
) -> ReliableChange | MissingScore:
    """The change from a first to a later score, and its category.

    cut_off: a score (`norms.cut_off()`, or a published one); without it nothing is called
    recovered or harmed. A score exactly on the cut-off is on the clinical side.
    Raises: MethodNeedsPostGroup.
    """
    if pre is None or post is None:
        return MissingScore(which="first" if pre is None else "later")
    group = post_group or PostGroup()
    index = INDICES[method](pre, post, norms, group)
    critical = CRITICAL[method]
    crossing = Crossing.NONE
    if cut_off is not None:
        crossing = crossing_of(pre, post, cut_off, norms, method=method, post_group=group)
    return ReliableChange(
        pre=pre,
        post=post,
        method=method,
        index=index,
        critical=critical,
        cut_off=cut_off,
        crossing=crossing,
        category=_category(index * norms.better.sign, critical, crossing),
    )


def crossing_of(
    pre: float,
    post: float,
    cut_off: float,
    norms: Norms,
    *,
    method: Method = Method.JACOBSON_TRUAX,
    post_group: PostGroup | None = None,
) -> Crossing:
    """Whether a score changed sides of the cut-off; exactly on it is the clinical side.

    By Hageman and Arrindell a score has crossed only where its true score has, one-sided 5%.
    Raises: MethodNeedsPostGroup, for Hageman and Arrindell.
    """
    beyond_before = (pre - cut_off) * norms.better.sign > 0.0
    beyond_after, doubt = true_side_of(post, cut_off, norms, method, post_group or PostGroup())
    if not beyond_before and beyond_after > doubt:
        return Crossing.TO_FUNCTIONAL
    if beyond_before and beyond_after <= -doubt:
        return Crossing.TO_CLINICAL
    return Crossing.NONE


def true_side_of(
    post: Score, cut_off: float, norms: Norms, method: Method, group: PostGroup
) -> tuple[Score, float]:
    """How far a later score lies on the functional side of the cut-off, and how much is doubt.

    By Hageman and Arrindell it is the true score that counts, and an error of it is doubt.
    Raises: MethodNeedsPostGroup, for Hageman and Arrindell.
    """
    if method is not Method.HAGEMAN_ARRINDELL:
        return (post - cut_off) * norms.better.sign, 0.0
    mean = _needed(group.mean, "mean", method)
    sd = _needed(group.sd, "standard deviation", method)
    reliability = (sd**2 - norms.sem**2) / sd**2
    true_score = mean + (post - mean) * reliability
    doubt = CRITICAL[method] * math.sqrt(reliability) * norms.sem
    return (true_score - cut_off) * norms.better.sign, doubt


def change_report(
    pre: float | None, post: float | None, norms: Norms, *, cut_off: float | None = None
) -> ChangeReport | MissingScore:
    """The change by Jacobson-Truax with Edwards-Nunnally beside it."""
    main = reliable_change(pre, post, norms, cut_off=cut_off)
    other = reliable_change(pre, post, norms, cut_off=cut_off, method=Method.EDWARDS_NUNNALLY)
    if isinstance(main, MissingScore):
        return main
    assert isinstance(other, ReliableChange)
    return ChangeReport(main, other)


def reliable_change_band(
    baseline: float, norms: Norms, *, method: Method = Method.JACOBSON_TRUAX
) -> ReliableChangeBand:
    """The band of later scores that are no reliable change from the first, for the graph.

    Units: score points; it may reach past the ends of the scale.
    Raises: NoBandFor, for methods that need a group's later scores.
    """
    if method is Method.JACOBSON_TRUAX:
        centre, error = baseline, norms.s_diff
    elif method is Method.EDWARDS_NUNNALLY:
        centre, error = norms.regressed(baseline), norms.sem
    else:
        raise NoBandFor(method=method.value)
    reach = CRITICAL[method] * error
    return ReliableChangeBand(baseline, method, centre, centre - reach, centre + reach)


def _jacobson_truax(pre: Score, post: Score, norms: Norms, _: PostGroup) -> Score:
    return (post - pre) / norms.s_diff


def _edwards_nunnally(pre: Score, post: Score, norms: Norms, _: PostGroup) -> Score:
    return (post - norms.regressed(pre)) / norms.sem


def _gulliksen_lord_novick(pre: Score, post: Score, norms: Norms, _: PostGroup) -> Score:
    return (post - norms.regressed(pre)) / norms.s_pred


def _hsu_linn_lord(pre: Score, post: Score, norms: Norms, group: PostGroup) -> Score:
    post_mean = _needed(group.mean, "mean", Method.HSU_LINN_LORD)
    expected = post_mean + norms.reliability * (pre - norms.clinical_mean)
    return (post - expected) / norms.s_pred


def _nunnally_kotsch(pre: Score, post: Score, norms: Norms, group: PostGroup) -> Score:
    r, r_post = norms.reliability, _needed(group.reliability, "reliability", Method.NUNNALLY_KOTSCH)
    error = norms.clinical_sd * math.sqrt(r * r * (1.0 - r) + (1.0 - r_post))
    return (post - norms.regressed(pre)) / error


def _hageman_arrindell(pre: Score, post: Score, norms: Norms, group: PostGroup) -> Score:
    post_mean = _needed(group.mean, "mean", Method.HAGEMAN_ARRINDELL)
    r_dd = reliability_of_differences(norms, group)
    true_change = (post - pre) * r_dd + (post_mean - norms.clinical_mean) * (1.0 - r_dd)
    return true_change / (math.sqrt(r_dd) * norms.s_diff)


INDICES: Final[Mapping[Method, Callable[[Score, Score, Norms, PostGroup], Score]]] = {
    Method.JACOBSON_TRUAX: _jacobson_truax,
    Method.EDWARDS_NUNNALLY: _edwards_nunnally,
    Method.GULLIKSEN_LORD_NOVICK: _gulliksen_lord_novick,
    Method.HSU_LINN_LORD: _hsu_linn_lord,
    Method.NUNNALLY_KOTSCH: _nunnally_kotsch,
    Method.HAGEMAN_ARRINDELL: _hageman_arrindell,
}


def reliability_of_differences(norms: Norms, group: PostGroup) -> float:
    """How reliable the group's differences between first and later scores are, R_dd.

    Source: Hageman and Arrindell 1999. Assumes: one error of measurement at both times.
    """
    sd = _needed(group.sd, "standard deviation", Method.HAGEMAN_ARRINDELL)
    correlation = _needed(group.correlation, "correlation", Method.HAGEMAN_ARRINDELL)
    shared = 2.0 * norms.clinical_sd * sd * correlation
    observed = norms.clinical_sd**2 + sd**2 - shared
    true = norms.clinical_sd**2 * norms.reliability + (sd**2 - norms.sem**2) - shared
    return true / observed


def _category(better_by: float, critical: float, crossing: Crossing) -> Category:
    if better_by > critical:
        return Category.RECOVERED if crossing is Crossing.TO_FUNCTIONAL else Category.IMPROVED
    if better_by < -critical:
        return Category.HARMED if crossing is Crossing.TO_CLINICAL else Category.DETERIORATED
    return Category.UNCHANGED


def _needed(value: float | None, lacking: str, method: Method) -> float:
    if value is None:
        raise MethodNeedsPostGroup(method=method.value, lacking=lacking)
    return value
