"""What the pages about staff say, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from alongside.clinic.access.staff import StaffMember
from alongside.clinic.audit.queries import AuditState
from alongside.clinic.people.models import Role
from alongside.interfaces.admin.audit_notice import audit_notice
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.person_line import PersonLine
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.tones import Tone

ROLE_WORDS: Final = {
    Role.THERAPIST: gettext_lazy("Therapist"),
    Role.SUPERVISOR: gettext_lazy("Supervisor"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
    Role.PRIVACY_OFFICER: gettext_lazy("Privacy officer"),
}


@dataclass(frozen=True)
class StaffPage:
    """Everyone who works here."""

    add: Button
    audit: Notice | None
    unsupervised: Notice | None
    table: Table


@dataclass(frozen=True)
class AddPage:
    """The form for someone new."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    fields: tuple[Field | ChoiceList, ...]
    button: Button


@dataclass(frozen=True)
class SupervisorLine:
    """One who looks after the therapist, with the way to end it."""

    name: str
    end_url: str
    end: Button


@dataclass(frozen=True)
class MemberPage:
    """One person who works here."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    name: str
    sign_in_name: str
    badge: Badge | None
    roles: ChoiceList
    roles_url: str
    is_therapist: bool
    supervisors: tuple[SupervisorLine, ...]
    unsupervised: Notice | None
    supervisor: Field | None
    supervisor_url: str
    password: Field
    password_url: str
    invite: Button
    invite_url: str
    sign_out: Button | None
    sign_out_url: str
    door_words: str
    door: Button | None
    door_url: str
    save: Button
    save_quietly: Button


def staff_page(members: Iterable[StaffMember], audit: AuditState) -> StaffPage:
    """The list of staff by name, and how the audit is kept when that needs somebody."""
    found = tuple(members)
    without = [each.person.display_name for each in found if each.is_without_supervisor]
    return StaffPage(
        add=Button(gettext("Add a person"), href=reverse("staff_add")),
        audit=audit_notice(audit),
        unsupervised=Notice(
            gettext("Nobody supervises: {names}").format(names=", ".join(without)),
            gettext(
                "What a client asks us to tell a supervisor reaches nobody there. Choose a "
                "supervisor for each."
            ),
            Tone.WARNING,
        )
        if without
        else None,
        table=Table(
            caption=gettext("Staff"),
            is_caption_hidden=True,
            columns=(
                Column(gettext("Name")),
                Column(gettext("Sign-in name")),
                Column(gettext("Part")),
                Column(gettext("Supervised by")),
            ),
            rows=tuple(_row(each) for each in found),
        ),
    )


def _row(member: StaffMember) -> Row:
    person = member.person
    return Row(
        (
            PersonLine(
                person.display_name,
                href=reverse("staff_member", kwargs={"public_id": person.public_id}),
                badge=None if person.is_active else Badge(gettext("Kept out"), Tone.NEUTRAL),
            ),
            person.sign_in_name,
            roles_in_words(member),
            ", ".join(each.display_name for each in member.active_supervisors)
            or (gettext("nobody yet") if Role.THERAPIST in member.roles else "–"),
        )
    )


def roles_in_words(member: StaffMember) -> str:
    """What the person does here, in the order of the roles."""
    return ", ".join(str(ROLE_WORDS[role]) for role in Role if role in member.roles) or gettext(
        "no role"
    )


def add_page(form: forms.Form) -> AddPage:
    """The form for someone new, with what was typed."""
    return AddPage(
        back=_back(),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(
            ChoiceList.of(bound)
            if isinstance(bound.field, forms.MultipleChoiceField)
            else Field.of(bound, is_short=True)
            for bound in form
        ),
        button=Button(gettext("Add this person")),
    )


def member_page(
    member: StaffMember,
    *,
    roles: forms.Form,
    password: forms.Form,
    supervisor: forms.Form,
    sent: forms.Form | None,
    is_self: bool,
) -> MemberPage:
    """One person with what can be changed about them."""
    person = member.person
    key = {"public_id": person.public_id}
    has_choice = len(Field.of(supervisor["supervisor"]).options) > 1
    return MemberPage(
        back=_back(),
        mistakes=ErrorSummary.of(sent) if sent is not None else None,
        name=person.display_name,
        sign_in_name=person.sign_in_name,
        badge=None if person.is_active else Badge(gettext("Kept out"), Tone.NEUTRAL),
        roles=ChoiceList.of(roles["roles"]),
        roles_url=reverse("staff_roles", kwargs=key),
        is_therapist=Role.THERAPIST in member.roles,
        supervisors=tuple(
            SupervisorLine(
                each.supervisor.display_name,
                reverse("staff_supervisor_end", kwargs={**key, "number": each.pk}),
                Button(
                    gettext("Take away"),
                    ButtonKind.QUIET,
                    hidden_context=each.supervisor.display_name,
                ),
            )
            for each in member.supervised_by
        ),
        unsupervised=Notice(
            gettext("Nobody supervises {name}").format(name=person.display_name),
            gettext("What a client asks us to tell a supervisor reaches nobody."),
            Tone.WARNING,
        )
        if member.is_without_supervisor
        else None,
        supervisor=Field.of(supervisor["supervisor"], is_short=True) if has_choice else None,
        supervisor_url=reverse("staff_supervisor", kwargs=key),
        password=Field.of(password["password"], is_short=True),
        password_url=reverse("staff_password", kwargs=key),
        invite=Button(gettext("Make a sign-in code"), ButtonKind.QUIET),
        invite_url=reverse("staff_invite", kwargs=key),
        sign_out=None if is_self else Button(gettext("Sign out everywhere"), ButtonKind.QUIET),
        sign_out_url=reverse("staff_sign_out", kwargs=key),
        door_words=_door_words(person.is_active, is_self=is_self),
        door=None
        if is_self
        else Button(gettext("Keep out"), ButtonKind.DANGER)
        if person.is_active
        else Button(gettext("Let in again")),
        door_url=reverse("staff_keep_out" if person.is_active else "staff_let_in", kwargs=key),
        save=Button(gettext("Save")),
        save_quietly=Button(gettext("Save"), ButtonKind.QUIET),
    )


def _door_words(is_active: bool, *, is_self: bool) -> str:
    if is_self:
        return gettext("This is you. Another administrator can keep you out.")
    if is_active:
        return gettext(
            "Someone who is kept out is signed out at once and cannot sign in. Nothing they wrote "
            "is lost."
        )
    return gettext("This person cannot sign in now.")


def _back() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("Staff"), reverse("staff")),))
