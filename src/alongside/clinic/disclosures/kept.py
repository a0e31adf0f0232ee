"""What stays when a client is forgotten, for how long and why: told before they decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True)
class Kept:
    """One thing that stays."""

    what: Promise
    why: Promise
    how_long: Promise


KEPT: Final[tuple[Kept, ...]] = (
    Kept(
        gettext_lazy("That things were done here, without your name and without your words"),
        gettext_lazy(
            "The log of who did what hangs together like a chain. If a link were missing, nobody "
            "could tell whether staff had hidden something."
        ),
        gettext_lazy("As long as the clinic keeps its log"),
    ),
    Kept(
        gettext_lazy("Locked copies in backups"),
        gettext_lazy(
            "A backup cannot be changed. Your key is destroyed here. Once the clinic’s spare "
            "copies of the keys run out as well, nobody can read what is in it."
        ),
        gettext_lazy("Until the clinic’s backups run out. The clinic tells you when that is"),
    ),
    Kept(
        gettext_lazy("What has already left"),
        gettext_lazy(
            "Those who got something keep it. We cannot reach into their files. You can see on "
            "your page who they are, and ask them yourself."
        ),
        gettext_lazy("As long as they keep it"),
    ),
    Kept(
        gettext_lazy("What a law makes the clinic keep"),
        gettext_lazy(
            "Some laws want treatment records kept for some years, and a court can order it. The "
            "clinic looks at this first and tells you which law it is."
        ),
        gettext_lazy("As long as that law says"),
    ),
)
