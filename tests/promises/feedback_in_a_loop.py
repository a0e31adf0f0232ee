"""A program of its own: makes a clinic, or submits feedback until somebody kills it.

`prepare N`: a clinic with that many forms that wait, or a few more. `submit`: one form after the
other, and a line for each that is acknowledged. Two ways that are wrong: `submit-too-early` has the
line before the commit, and `submit-unsynced` commits without waiting for the disk.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "alongside.config.settings"

N_FORMS, N_VISITS_EACH = 600, 24
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def prepare(n_forms: int = N_FORMS) -> None:
    """Every client has visits behind them whose feedback is open."""
    from django.core.management import call_command
    from django.db import transaction

    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.instruments.actions import open_slot, version_for
    from alongside.clinic.instruments.models import Purpose, Respondent
    from alongside.clinic.people.actions import add_client
    from alongside.clinic.visits.models import Visit
    from tests.factories.clinic import small_clinic

    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        clinic = small_clinic(NOW)
        version = version_for(Purpose.VISIT_FEEDBACK)
        for number in range(-(-n_forms // N_VISITS_EACH)):
            client = add_client(
                code=f"D-{number}", display_name=f"Client {number}", by=OPERATOR, now=NOW
            )
            for week in range(N_VISITS_EACH):
                ends_at = NOW + timedelta(weeks=week, minutes=number)
                Visit.objects.create(
                    client=client,
                    therapist=clinic.dana,
                    starts_at=ends_at - timedelta(minutes=50),
                    ends_at=ends_at,
                    feedback_slot=open_slot(
                        client=client,
                        therapist=clinic.dana,
                        version=version,
                        respondent=Respondent.CLIENT,
                        opens_at=NOW,
                        expires_at=NOW + timedelta(weeks=52),
                    ),
                )


def acknowledge(slot_id: int) -> None:
    """Tell the world, past every buffer of this process."""
    os.write(1, f"{slot_id}\n".encode())


def submit(*, too_early: bool) -> None:
    from django.db import transaction

    from alongside.clinic.audit.actor import Actor
    from alongside.clinic.feedback.actions import record_feedback
    from alongside.clinic.instruments.actions import Given
    from alongside.clinic.instruments.models import Slot, WayIn
    from tests.factories.clinic import scored

    now = NOW + timedelta(weeks=30)
    waiting = (
        Slot.objects.open_at(now).exclude(client__code_index__in=["C-1", "C-2"]).order_by("pk")
    )
    for slot in list(waiting.select_related("version")):
        answers = {**scored(slot, slot.pk % 11), "O1": f"Words for {slot.pk}", "F1": True}
        with transaction.atomic():
            record_feedback(
                slot=slot,
                given=[Given(name, raw) for name, raw in answers.items()],
                way_in=WayIn.LINK,
                language="en",
                by=Actor.bearer_of(slot.pk),
                now=now,
            )
            if too_early:
                acknowledge(slot.pk)
                time.sleep(0.5)  # long enough to be killed in, on a busy machine too
        if not too_early:
            acknowledge(slot.pk)


def without_waiting_for_the_disk() -> None:
    """The setting that most guides to SQLite and Django recommend."""
    from alongside.config.settings import DATABASES

    options = DATABASES["default"]["OPTIONS"]
    assert "synchronous=FULL" in options["init_command"]
    options["init_command"] = options["init_command"].replace("=FULL", "=NORMAL")


if __name__ == "__main__":
    import django

    what = sys.argv[1]
    if what == "submit-unsynced":
        without_waiting_for_the_disk()
    django.setup()
    if what == "prepare":
        prepare(int(sys.argv[2]))
    else:
        submit(too_early=what == "submit-too-early")
