"""How well a growth model with given variances explains the sums of a cohort.

The model is `y = X b + w + u0 + u1 t + e`: a therapist's effect w, a client's level u0 and slope
u1, and noise e. Its restricted likelihood is profiled over the fixed effects b and the noise, so
that only the spreads relative to the noise are searched for; its derivatives are exact.

Source: Bates, Maechler, Bolker and Walker 2015, J. Stat. Softw. 67(1), section 3 (the criterion);
Woodbury's identity by client and then by therapist. Checked by tests/published/test_lme4_fits.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from alongside.methods.progress.visit_patterns import PatternSums, sums_by
from alongside.methods.vocabulary.arrays import Floats, Ints
from alongside.methods.vocabulary.errors import AlongsideError

NOTHING: Final = 1e-13
"""The share of the squares below which what is left is rounding."""
SAME_DIRECTION: Final = 1e-10
"""The eigenvalue of the effects' correlations below which they cannot be told apart."""


class NothingIsLeft(AlongsideError):
    """The fixed effects and what clients add to them explain every score exactly."""


class EffectsNotToldApart(AlongsideError):
    """One fixed effect follows from the others."""


@dataclass(frozen=True)
class Spreads:
    """Standard deviations in units of the noise's; their signs say nothing.

    level: of clients' levels. tilt: the slope that comes with one of these. slope: of what is left
    of clients' slopes. therapist: of therapists' effects.
    """

    level: float
    tilt: float
    slope: float
    therapist: float = 0.0

    @property
    def matrix(self) -> Floats:
        """The covariance of level and slope, 2 x 2."""
        factor = np.array([[self.level, 0.0], [self.tilt, self.slope]])
        covariance: Floats = factor @ factor.T
        return covariance


@dataclass(frozen=True)
class Explained:
    """The criterion at given spreads, and the estimates that go with them.

    deviance: -2 times the log-likelihood. by_matrix, by_therapist: its derivatives by the
    covariance of level and slope and by the variance of therapists' effects, in units of the
    noise variance. gradient: its derivatives by the four spreads.
    effects: the fixed effects; inverse: the inverse of their information, in units of the noise
    variance; noise: the noise variance. therapists: what is known of each therapist's effect,
    as its prediction and the share of its variance that is known (0 to 1).
    """

    deviance: float
    by_matrix: Floats
    by_therapist: float
    gradient: Floats
    effects: Floats
    inverse: Floats
    noise: float
    therapists: tuple[Floats, Floats] | None


class Explaining:
    """The criterion of one cohort as a function of the spreads.

    level: which columns of the intake move the level; slope: which move the slope. With
    `is_restricted` the criterion is that of restricted maximum likelihood, else of the full one.
    """

    def __init__(
        self, sums: PatternSums, level: Ints, slope: Ints, *, is_restricted: bool = True
    ) -> None:
        self.sums, self.is_restricted = sums, is_restricted
        width = sums.moments.shape[1]
        # Each fixed effect and the score itself: which moment it rests on, and by which of the
        # two rows of the times. A score rests on both of its sums.
        self.moment = np.concatenate((level, slope))
        self.row = np.repeat([0, 1], [len(level), len(slope)])
        self.scores = np.array([width - 2, width - 1])
        self.p = len(self.moment)
        self.n_free = sums.n_ratings - (self.p if is_restricted else 0)

    def check_effects(self) -> None:
        """Raises: EffectsNotToldApart."""
        a, p = self.sums.times, self.p
        information = self._products(a, np.zeros_like(a), np.zeros_like(a))[:p, :p]
        sizes = np.sqrt(np.diag(information))
        if not (sizes > 0.0).all():
            raise EffectsNotToldApart
        if np.linalg.eigvalsh(information / np.outer(sizes, sizes))[0] < SAME_DIRECTION:
            raise EffectsNotToldApart

    def at(self, spreads: Spreads) -> Explained:
        """The criterion and its estimates at these spreads.

        Raises: NothingIsLeft.
        """
        sums, a = self.sums, self.sums.times
        matrix, by_therapist, therapists = spreads.matrix, 0.0, None
        variance = spreads.therapist**2
        f = _inverses(np.eye(2) + matrix @ a)
        k = f @ matrix
        ka = k @ a
        left = a - a @ ka
        whole = self._products(left, k, ka)
        log_volume = -float(sums.n @ np.log(np.linalg.det(f)))
        shares = self._therapist_part(left, ka)
        if shares is not None:
            g, b = shares
            weight = variance / (1.0 + variance * g)
            whole = whole - (b * weight[:, None]).T @ b
            log_volume += float(np.log1p(variance * g).sum())
        p = self.p
        inverse: Floats = np.linalg.inv(whole[:p, :p])
        effects = inverse @ whole[:p, p]
        rest = float(whole[p, p] - whole[:p, p] @ effects)
        if not rest > NOTHING * sums.squares:
            raise NothingIsLeft
        noise = rest / self.n_free
        deviance = self.n_free * (1.0 + math.log(2.0 * math.pi * noise)) + log_volume
        contrast = np.append(-effects, 1.0)
        by_whole = np.outer(contrast, contrast) / noise
        if self.is_restricted:
            deviance += float(np.linalg.slogdet(whole[:p, :p])[1])
            by_whole[:p, :p] += inverse
        by_k = -self._spread(a, by_whole)
        if shares is not None:
            g, b = shares
            by_b = b @ by_whole
            pulled = np.einsum("ka,ka->k", by_b, b)
            known = 1.0 + variance * g
            by_therapist = float((g / known - pulled / known**2).sum())
            by_k = by_k + self._therapist_spread(
                a, by_b * weight[:, None], pulled * weight**2 + weight
            )
            therapists = (weight * (b @ contrast), variance * g / known)
        by_matrix = np.einsum("sba,sbc,scd->ad", f, by_k, f)
        by_matrix = by_matrix + np.einsum("s,sab->ab", sums.n, a @ f)
        by_matrix = (by_matrix + by_matrix.T) / 2.0
        by_level, by_slope = 2.0 * by_matrix @ [spreads.level, spreads.tilt]
        return Explained(
            deviance=deviance,
            by_matrix=by_matrix,
            by_therapist=by_therapist,
            gradient=np.array(
                [
                    by_level,
                    by_slope,
                    2.0 * by_matrix[1, 1] * spreads.slope,
                    2.0 * by_therapist * spreads.therapist,
                ]
            ),
            effects=effects,
            inverse=inverse,
            noise=noise,
            therapists=therapists,
        )

    def _products(self, left: Floats, k: Floats, ka: Floats) -> Floats:
        """[X y]' [X y] with the clients' own levels and slopes taken out, (p+1) x (p+1)."""
        moments, row, own = self.sums.moments, self.row, self.moment
        p = self.p
        whole = np.empty((p + 1, p + 1))
        whole[:p, :p] = np.einsum(
            "sij,sij->ij", left[:, row][:, :, row], moments[:, own][:, :, own]
        )
        seen = np.eye(2) - np.swapaxes(ka, 1, 2)
        whole[:p, p] = np.einsum("sij,sij->i", seen[:, row], moments[:, own][:, :, self.scores])
        whole[p, :p] = whole[:p, p]
        scores = moments[:, self.scores][:, :, self.scores]
        whole[p, p] = self.sums.squares - float(np.einsum("sij,sij->", k, scores))
        return whole

    def _spread(self, a: Floats, by_whole: Floats) -> Floats:
        """The sum over clients of B D B', B being the client's [Z'X Z'y]; pattern x 2 x 2."""
        moments, p = self.sums.moments, self.p
        own = np.zeros((p, 2))
        own[np.arange(p), self.row] = 1.0
        weighted = by_whole[:p, :p] * moments[:, self.moment][:, :, self.moment]
        by_intake = np.einsum("ia,sij,jb->sab", own, weighted, own)
        with_scores = by_whole[:p, p, None] * moments[:, self.moment][:, :, self.scores]
        by_both = a @ np.einsum("ia,sij->saj", own, with_scores)
        scores = moments[:, self.scores][:, :, self.scores]
        by_scores: Floats = by_whole[p, p] * scores
        spread: Floats = a @ by_intake @ a + by_both + np.swapaxes(by_both, 1, 2) + by_scores
        return spread

    def _therapist_part(self, left: Floats, ka: Floats) -> tuple[Floats, Floats] | None:
        """1'1 and 1'[X y] of each therapist with the clients' own levels and slopes taken out."""
        cells = self.sums.cells
        if cells is None:
            return None
        mine = left[cells.pattern]
        parts = np.empty((len(cells.n), self.p + 1))
        parts[:, : self.p] = mine[:, 0][:, self.row] * cells.known[:, self.moment]
        seen = np.eye(2) - np.swapaxes(ka, 1, 2)[cells.pattern]
        parts[:, self.p] = np.einsum("cj,cj->c", seen[:, 0], cells.known[:, self.scores])
        n = self.sums.n_therapists
        return (
            sums_by(cells.therapist, cells.n * mine[:, 0, 0], n),
            sums_by(cells.therapist, parts, n),
        )

    def _therapist_spread(self, a: Floats, by_b: Floats, by_g: Floats) -> Floats:
        """What a change of K does through the therapists' part; pattern x 2 x 2."""
        cells = self.sums.cells
        assert cells is not None
        mine, p = by_b[cells.therapist], self.p
        own = np.zeros((p, 2))
        own[np.arange(p), self.row] = 1.0
        by_intake = (mine[:, :p] * cells.known[:, self.moment]) @ own
        ahead = np.einsum("cab,cb->ca", a[cells.pattern], by_intake)
        ahead += mine[:, p, None] * cells.known[:, self.scores]
        total = sums_by(cells.pattern, ahead, len(a))
        weight = sums_by(cells.pattern, cells.n * by_g[cells.therapist], len(a))
        first = a[:, :, 0]
        both = first[:, :, None] * total[:, None, :]
        return (
            both
            + np.swapaxes(both, 1, 2)
            - weight[:, None, None] * first[:, :, None] * first[:, None, :]
        )


def _inverses(matrices: Floats) -> Floats:
    """The inverses of many 2 x 2 matrices."""
    inverses = np.empty_like(matrices)
    inverses[:, 0, 0], inverses[:, 1, 1] = matrices[:, 1, 1], matrices[:, 0, 0]
    inverses[:, 0, 1], inverses[:, 1, 0] = -matrices[:, 0, 1], -matrices[:, 1, 0]
    determinants = matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]
    scaled: Floats = inverses / determinants[:, None, None]
    return scaled
