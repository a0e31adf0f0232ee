"""A database that takes no more rows into the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from alongside.clinic.audit.models import AuditEvent

TABLE = AuditEvent._meta.db_table


@contextmanager
def full_audit() -> Iterator[None]:
    """Inside, every new audit row is refused by the database itself: "the audit is full"."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TRIGGER audit_is_full BEFORE INSERT ON {TABLE} "
            "BEGIN SELECT RAISE(ABORT, 'the audit is full'); END"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER audit_is_full")
