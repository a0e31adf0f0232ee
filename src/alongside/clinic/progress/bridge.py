"""An instrument's sidecar as the norms that reliable change is computed with."""

from __future__ import annotations

from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Instrument
from alongside.methods.instruments.scoring import Direction, Scale
from alongside.methods.progress.norms import Better, Norms


def main_scale_of(instrument: Instrument) -> Scale | None:
    """The main scale of the instrument's current version."""
    version = instrument.current
    return scoring_of(version).main_scale if version else None


def norms_of(scale: Scale) -> Norms | None:
    """The norms of a scale; None when its sidecar lacks a reliability or a clinical spread."""
    norms, reliability = scale.norms, scale.reliability
    if (
        norms is None
        or reliability is None
        or norms.clinical_mean is None
        or norms.clinical_sd is None
    ):
        return None
    return Norms(
        clinical_mean=float(norms.clinical_mean),
        clinical_sd=float(norms.clinical_sd),
        reliability=float(reliability.value),
        better=(Better.HIGHER if scale.direction is Direction.HIGHER_IS_BETTER else Better.LOWER),
        functional_mean=None if norms.functional_mean is None else float(norms.functional_mean),
        functional_sd=None if norms.functional_sd is None else float(norms.functional_sd),
    )


def cut_off_of(scale: Scale, norms: Norms | None) -> float | None:
    """The scale's published cut-off, else Jacobson and Truax's c, else None."""
    if scale.cut_offs:
        return float(scale.cut_offs[0].value)
    if norms is None or norms.functional_mean is None or norms.functional_sd is None:
        return None
    return norms.cut_off()


def is_assumed(scale: Scale) -> bool:
    """Whether the norms or the reliability were assumed for planning and never measured."""
    return bool(
        (scale.norms and scale.norms.is_assumed)
        or (scale.reliability and scale.reliability.is_assumed)
    )
