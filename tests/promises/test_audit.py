"""The audit is added to and never rewritten, and stands or falls with the deed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.models import InstrumentVersion
from tests.factories.clinic import small_clinic
from tests.promises.full_audit import full_audit


@pytest.mark.django_db
def test_a_row_can_be_neither_changed_nor_deleted() -> None:
    small_clinic()
    event = AuditEvent.objects.first()
    assert event is not None
    for rewrite in (
        lambda: AuditEvent.objects.filter(pk=event.pk).update(deed="nothing"),
        lambda: AuditEvent.objects.filter(pk=event.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rewrite()
    assert AuditEvent.objects.get(pk=event.pk).deed == event.deed


@pytest.mark.django_db
def test_a_version_under_answers_can_not_be_rewritten() -> None:
    small_clinic()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        InstrumentVersion.objects.update(document="{}")


@pytest.mark.django_db(transaction=True)
def test_no_deed_is_remembered_outside_its_transaction() -> None:
    clinic = small_clinic()
    with pytest.raises(RuntimeError, match="inside the transaction"):
        audit("nothing", by=OPERATOR, now=clinic.now, subject=clinic.clinic)


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_fails_leaves_no_row_and_a_row_that_fails_leaves_no_deed() -> None:
    clinic = small_clinic()
    visit = clinic.visit()
    before = AuditEvent.objects.count()

    with full_audit(), pytest.raises(DatabaseError, match="the audit is full"):
        clinic.feedback(visit, 8)
    assert AuditEvent.objects.count() == before
    assert not hasattr(type(visit).objects.get(pk=visit.pk).feedback_slot, "response")
