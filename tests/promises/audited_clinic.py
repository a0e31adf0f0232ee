"""A program of its own: a clinic that works for a while, is signed and witnessed, and goes on.

It leaves in $ALONGSIDE_DATA: `audit-N.sqlite3` for each checkpoint, the audit as it was then;
`audit.sqlite3`, as it is at last, with entries that no checkpoint covers; the `witness`; the keys.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

from tests.promises.feedback_in_a_loop import NOW, prepare

N_CHECKPOINTS, FORMS_EACH, N_UNCOVERED = 22, 15, 5
A_MINUTE = timedelta(seconds=61)


def work(folder: Path) -> None:
    from django.conf import settings
    from django.db import transaction

    from alongside.clinic.audit.actor import Actor
    from alongside.clinic.audit.checkpoints import sign_when_due
    from alongside.clinic.audit.signing import make_key
    from alongside.clinic.audit.witnesses import deliver_to
    from alongside.clinic.feedback.actions import record_feedback
    from alongside.clinic.instruments.actions import Given
    from alongside.clinic.instruments.models import Slot, WayIn
    from tests.factories.clinic import scored

    Path(settings.KEYS_FOLDER).mkdir(exist_ok=True)
    make_key(Path(settings.KEYS_FOLDER))
    witness = folder / "witness"
    witness.mkdir()
    now = NOW + timedelta(weeks=30)
    open_slots = Slot.objects.open_at(now).exclude(client__code_index__in=["C-1", "C-2"])
    waiting = iter(list(open_slots.select_related("version").order_by("pk")))

    def hand_in(n: int) -> None:
        with transaction.atomic():
            for slot in islice(waiting, n):
                answers = {**scored(slot, slot.pk % 11), "F1": slot.pk % 2 == 0}
                record_feedback(
                    slot=slot,
                    given=[Given(name, raw) for name, raw in answers.items()],
                    way_in=WayIn.LINK,
                    language="en",
                    by=Actor.bearer_of(slot.pk),
                    now=now,
                )

    for _ in range(N_CHECKPOINTS):
        now += A_MINUTE
        hand_in(FORMS_EACH)
        made = sign_when_due(now=now)
        assert made is not None
        deliver_to(witness, now=now)
        keep_audit(folder / f"audit-{made.size}.sqlite3")
    now += A_MINUTE
    hand_in(N_UNCOVERED)
    keep_audit(folder / "audit.sqlite3")


def keep_audit(file: Path) -> None:
    """The audit of this moment, alone in a database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        tables = copy.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND name NOT LIKE 'audit_%' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        for (name,) in tables:
            copy.execute(f"DROP TABLE {name}")
        copy.execute("VACUUM")


if __name__ == "__main__":
    import django

    django.setup()
    prepare(N_CHECKPOINTS * FORMS_EACH + N_UNCOVERED)
    work(Path(os.environ["ALONGSIDE_DATA"]))
