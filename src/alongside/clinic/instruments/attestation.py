"""What the clinic says of its licence before it uses an instrument that somebody owns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from alongside.clinic.instruments.reading import ReadInstrument
from alongside.methods.vocabulary.errors import AlongsideError


class AttestationNeeded(AlongsideError):
    """{url} names a copyright holder. Say who holds the licence, which one, and until when, then
    import it again with that attestation."""


class HolderUnsaid(AttestationNeeded):
    """The attestation for {url} leaves out who holds the licence. Add it and import again."""


class LicenceUnsaid(AttestationNeeded):
    """The attestation for {url} leaves out which licence it is. Add its name or number and import
    again."""


class EndUnsaid(AttestationNeeded):
    """The attestation for {url} leaves out until when the licence holds. Give a day as in
    2027-12-31, or leave the day empty if there is no end, and import again."""


def attestation_of(read: ReadInstrument, given: Mapping[str, str] | None) -> dict[str, str]:
    """What is kept of what was said: `holder`, `licence` and `until`, empty for a licence without
    end; nothing where nothing was said and nobody owns the instrument.

    Raises: AttestationNeeded.
    """
    url = read.questionnaire.url
    if not given:
        if read.needs_attestation:
            raise AttestationNeeded(url=url)
        return {}
    said = {part: given.get(part, "").strip() for part in ("holder", "licence", "until")}
    if not said["holder"]:
        raise HolderUnsaid(url=url)
    if not said["licence"]:
        raise LicenceUnsaid(url=url)
    if "until" not in given or not _is_day_or_empty(said["until"]):
        raise EndUnsaid(url=url)
    return said


def _is_day_or_empty(text: str) -> bool:
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False
