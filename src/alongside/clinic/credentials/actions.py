"""What lets people in: invitations, PINs, printed codes, and keeping somebody out everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from alongside.clinic.access import actions as access
from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.credentials.changes import note_change
from alongside.clinic.credentials.codes import CodeKind, code_hash, new_code, token_hash
from alongside.clinic.credentials.hashing import is_right
from alongside.clinic.credentials.limits import INVITATION, MOST_WRONG_PINS
from alongside.clinic.credentials.models import ChangedMeans, Device, Invitation, RecoveryCode
from alongside.clinic.credentials.sign_ins import (
    actor_at_the_door,
    check_may_change,
    client_id_of,
    end_sign_ins,
)
from alongside.clinic.people.actions import add_person, set_password
from alongside.clinic.people.models import Client, Person, new_public_id
from alongside.methods.vocabulary.errors import AlongsideError

PIN_LENGTH: Final = 6
IN_A_ROW: Final = ("0123456789", "9876543210")


class PinTooEasy(AlongsideError):
    """This PIN is too easy to guess. Use 6 digits that are not all the same and not in a row."""


class InvitationOver(AlongsideError):
    """This code has been used or is too old. Ask for a new one."""


@dataclass(frozen=True)
class PrintedCode:
    """A code that is shown once, to be handed over or kept on paper."""

    code: str
    ends_at: datetime | None = None


def invite_client(*, client: Client, by: Actor, now: datetime) -> PrintedCode:
    """A code with which the client sets up their way in; an earlier one is good no more.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, Record(Segment.SIGN_IN, client_id=client.pk), now=now)
    with transaction.atomic():
        if client.person is None:
            client.person = add_person(
                sign_in_name=new_public_id(),
                display_name=client.display_name,
                password=None,
                language=client.language,
                by=by,
                now=now,
            )
            client.save(update_fields=["person"])
        return _invite(client.person, client_id=client.pk, by=by, now=now)


def invite_staff(*, person: Person, by: Actor, now: datetime) -> PrintedCode:
    """A code with which somebody who works here sets up their way in.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, access.STAFF, now=now)
    with transaction.atomic():
        return _invite(person, client_id=None, by=by, now=now)


def _invite(person: Person, *, client_id: int | None, by: Actor, now: datetime) -> PrintedCode:
    person.invitations.filter(used_at__isnull=True).delete()
    code, ends_at = new_code(), now + INVITATION
    invitation = Invitation.objects.create(
        person=person,
        code_hash=code_hash(CodeKind.INVITATION, code),
        made_at=now,
        ends_at=ends_at,
    )
    audit("invite", by=by, now=now, subject=invitation, client_id=client_id)
    note_change(person, ChangedMeans.INVITED, now=now)
    return PrintedCode(code, ends_at)


def use_invitation(*, invitation: Invitation, now: datetime) -> Person:
    """The person whom the code lets in, once.

    Raises: InvitationOver.
    """
    with transaction.atomic():
        waiting = Invitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, ends_at__gt=now, person__is_active=True
        )
        if not waiting.update(used_at=now):
            raise InvitationOver
        person = invitation.person
        audit(
            "use_invitation",
            by=actor_at_the_door(person),
            now=now,
            subject=invitation,
            client_id=client_id_of(person),
        )
    return person


def choose_password(*, person: Person, password: str, by: Actor, now: datetime) -> None:
    """A password of one's own making, which nobody else ever knew.

    Raises: NotFound, PasswordTooWeak.
    """
    check_may_change(person, by=by, now=now)
    _set_password(person, password, by=by, now=now)


def give_password(*, person: Person, password: str, by: Actor, now: datetime) -> None:
    """The person with a new password, told to them by hand.

    Raises: NotFound, PasswordTooWeak.
    """
    by = check(by, Deed.RECORD, access.STAFF, now=now)
    _set_password(person, password, by=by, now=now)


def _set_password(person: Person, password: str, *, by: Actor, now: datetime) -> None:
    with transaction.atomic():
        set_password(person=person, password=password, by=by, now=now)
        note_change(person, ChangedMeans.PASSWORD, now=now)


def set_pin(
    *, person: Person, token: str, pin: str, words: str, by: Actor, now: datetime
) -> Device:
    """The browser that keeps this token, with a PIN that lets the person in there.

    Raises: NotFound, PinTooEasy.
    """
    check_may_change(person, by=by, now=now)
    check_pin(pin)
    hashed = make_password(_bound(pin, token))  # takes a while: before anything is locked
    with transaction.atomic():
        device, _ = Device.objects.update_or_create(
            person=person,
            token_hash=token_hash(token),
            defaults={"pin_hash": hashed, "n_wrong": 0},
            create_defaults={"pin_hash": hashed, "words": words, "made_at": now},
        )
        audit("set_pin", by=by, now=now, subject=device, client_id=client_id_of(person))
        note_change(person, ChangedMeans.PIN, now=now)
    return device


def know_device(*, person: Person, token: str, words: str, now: datetime) -> Device:
    """The browser that keeps this token, known as this person's from now on; it opens nothing."""
    device, _ = Device.objects.get_or_create(
        person=person, token_hash=token_hash(token), defaults={"words": words, "made_at": now}
    )
    return device


def check_pin(pin: str) -> None:
    """Nothing, when nobody would try this PIN first.

    Raises: PinTooEasy.
    """
    is_digits = len(pin) == PIN_LENGTH and pin.isascii() and pin.isdigit()
    is_in_a_row = any(pin in row for row in IN_A_ROW)
    if not is_digits or is_in_a_row or len(set(pin)) < 3:
        raise PinTooEasy


def _bound(pin: str, token: str) -> str:
    return f"{pin} {token}"


def try_pin(*, token: str, pin: str) -> Device | None:
    """The device that this PIN opens, if it does. The same work is done whatever comes of it.

    A wrong PIN is counted before it is looked at, so that many at once count as many.
    """
    device, n_wrong = _count_try(token)
    opens = device.person is not None and device.person.is_active and n_wrong < MOST_WRONG_PINS
    if not is_right(_bound(pin, token), device.pin_hash if opens else "") or device.person is None:
        return None
    Device.objects.filter(pk=device.pk).update(n_wrong=0)
    return device


def _count_try(token: str) -> tuple[Device, int]:
    with transaction.atomic():
        unknown, _ = Device.objects.get_or_create(
            person=None, defaults={"made_at": datetime.min.replace(tzinfo=UTC)}
        )
        known = Device.objects.select_related("person").filter(
            token_hash=token_hash(token), person__isnull=False
        )
        device = known.exclude(pin_hash="").order_by("-pk").first() or unknown
        Device.objects.filter(pk=device.pk).update(n_wrong=(F("n_wrong") + 1) % 1_000_000)
    return device, device.n_wrong


def make_recovery_code(*, person: Person, by: Actor, now: datetime) -> PrintedCode:
    """A new printed code; the one before is good no more.

    Raises: NotFound.
    """
    check_may_change(person, by=by, now=now)
    code = new_code()
    with transaction.atomic():
        made, _ = RecoveryCode.objects.update_or_create(
            person=person,
            defaults={"code_hash": code_hash(CodeKind.RECOVERY, code), "made_at": now},
        )
        audit("make_recovery_code", by=by, now=now, subject=made, client_id=client_id_of(person))
        note_change(person, ChangedMeans.CODES, now=now)
    return PrintedCode(code)


def use_recovery_code(*, recovery: RecoveryCode, now: datetime) -> Person:
    """The person whom the printed code lets in; the code is used up, and locked PINs are forgotten.

    Raises: InvitationOver.
    """
    with transaction.atomic():
        person = recovery.person
        audit(
            "use_recovery_code",
            by=actor_at_the_door(person),
            now=now,
            subject=recovery,
            client_id=client_id_of(person),
        )
        gone, _ = RecoveryCode.objects.filter(
            pk=recovery.pk, code_hash=recovery.code_hash, person__is_active=True
        ).delete()
        if not gone:
            raise InvitationOver
        person.devices.filter(n_wrong__gte=MOST_WRONG_PINS).delete()
        note_change(person, ChangedMeans.RECOVERED, now=now)
    return person


def forget_device(*, device: Device, by: Actor, now: datetime) -> None:
    """A browser that its owner no longer uses; a PIN there opens nothing.

    Raises: NotFound.
    """
    assert device.person is not None
    check_may_change(device.person, by=by, now=now)
    with transaction.atomic():
        client_id = client_id_of(device.person)
        audit("forget_device", by=by, now=now, subject=device, client_id=client_id)
        note_change(device.person, ChangedMeans.DEVICE_GONE, now=now)
        device.sign_ins.filter(ended_at__isnull=True).update(ended_at=now)
        device.delete()


def shut_out(*, person: Person, by: Actor, now: datetime) -> None:
    """The person kept out from now on: no sign-in, device, invitation or printed code is left.

    Raises: NotFound, LastAdministrator.
    """
    with transaction.atomic():
        access.keep_out(person=person, by=by, now=now)
        end_sign_ins(person=person, by=by, now=now)
        person.devices.all().delete()
        person.invitations.all().delete()
        RecoveryCode.objects.filter(person=person).delete()
