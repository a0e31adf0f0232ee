"""The therapist's own rating of the same visits, with a known gap to the client's.

A therapist sees part of what the client feels and adds a view of their own; on average therapists
of clients in heavy distress rate lower than the clients themselves.

Source: Igra 2020 (science notes 1.1): mean difference d = -.46 where distress is severe,
substance use included, k = 22. How much of the client's movement a therapist sees is a choice of
this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alongside.lab.alliance_series import AllianceSample, answers_near


@dataclass(frozen=True, slots=True)
class TherapistTruth:
    """What therapists' ratings are drawn from.

    gap_in_sds: mean of therapist minus client, in standard deviations between clients.
    gap_sd: its spread over pairs; share_seen: how much of a client's movement around their
    level the therapist sees. Units: points of an item where not said otherwise.
    """

    gap_in_sds: float = -0.46
    gap_sd: float = 0.6
    share_seen: float = 0.5
    sd: float = 0.4
    item_sd: float = 0.5


USUAL_THERAPISTS = TherapistTruth()


def draw_gaps(
    truth: TherapistTruth, *, level_sd: float, n_pairs: int, rng: np.random.Generator
) -> np.ndarray:
    """Each pair's own gap, therapist minus client."""
    return rng.normal(truth.gap_in_sds * level_sd, truth.gap_sd, n_pairs)


def rate_visits(
    truth: TherapistTruth, sample: AllianceSample, gaps: np.ndarray, *, rng: np.random.Generator
) -> np.ndarray:
    """The therapist's answers, client x visit x item, to the visits of the sample."""
    usual = sample.states.mean(axis=1, keepdims=True)
    seen = usual + truth.share_seen * (sample.states - usual) + gaps[:, None]
    seen = seen + rng.normal(0.0, truth.sd, seen.shape)
    noise = rng.normal(0.0, truth.item_sd, sample.items.shape)
    return answers_near(seen, noise, 1.0)
