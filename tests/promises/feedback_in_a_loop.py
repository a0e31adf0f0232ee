"""A program of its own: makes a clinic, or submits feedback until somebody kills it.

`prepare`: a clinic with forms that wait. `submit`: one form after the other, and a line for each
that is acknowledged. `submit-too-early`: the same with the line before the commit, which is wrong.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "alongside.config.settings"

N_CLIENTS, N_VISITS_EACH = 25, 24
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def prepare() -> None:
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
        for number in range(N_CLIENTS):
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
                time.sleep(0.02)
        if not too_early:
            acknowledge(slot.pk)


if __name__ == "__main__":
    import django

    django.setup()
    what = sys.argv[1]
    if what == "prepare":
        prepare()
    else:
        submit(too_early=what == "submit-too-early")
