"""Staff: who works here, what they do, how they come in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters

from alongside.clinic.access.actions import (
    admit_staff,
    assign_supervisor,
    change_roles,
    let_in,
    take_supervisor_away,
)
from alongside.clinic.access.checks import NotFound
from alongside.clinic.access.policy import Segment
from alongside.clinic.access.staff import (
    StaffMember,
    possible_supervisors,
    staff_member,
    staff_of,
    supervision_of,
)
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.queries import state_of_audit
from alongside.clinic.credentials.actions import give_password, invite_staff, shut_out
from alongside.clinic.credentials.sign_ins import end_sign_ins
from alongside.clinic.people.actions import NameTaken, PasswordTooWeak
from alongside.clinic.people.models import Role
from alongside.interfaces.admin.staff_forms import (
    NewPersonForm,
    PasswordForm,
    RolesForm,
    SupervisorForm,
)
from alongside.interfaces.admin.staff_pages import add_page, member_page, staff_page
from alongside.interfaces.shared.clinic_time import in_clinic_time
from alongside.interfaces.shared.declared import Nobody, about, recording, seeing
from alongside.interfaces.shared.doors import fresh, only_for
from alongside.interfaces.shared.entrance.invitation import show_invitation
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.methods.vocabulary.errors import AlongsideError

FIELD_OF = {NameTaken: "sign_in_name", PasswordTooWeak: "password"}


@dataclass
class MemberForms:
    """The forms of one person's page; the one that was sent stands in for its empty twin."""

    roles: RolesForm
    password: PasswordForm
    supervisor: SupervisorForm
    sent: forms.Form | None = field(default=None)


@about(seeing(Segment.STAFF))
@only_for(Role.ADMINISTRATOR)
@in_clinic_time
def staff(request: HttpRequest) -> HttpResponse:
    """Everyone who works here."""
    viewer = viewer_of(request)
    audit = state_of_audit(settings.WITNESSES, now=viewer.now)
    return render(request, "admin/staff.html", {"page": staff_page(staff_of(viewer), audit)})


@about(Nobody.PUBLIC, post=recording(Segment.STAFF))
@sensitive_post_parameters("password")
@only_for(Role.ADMINISTRATOR)
@fresh
def add(request: HttpRequest) -> HttpResponse:
    """Someone new."""
    viewer, form = viewer_of(request), NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            person = admit_staff(
                sign_in_name=given["sign_in_name"],
                display_name=given["display_name"],
                password=given["password"],
                language=given["language"],
                roles=[Role(role) for role in given["roles"]],
                by=viewer.actor,
                now=viewer.now,
            )
        except (NameTaken, PasswordTooWeak) as problem:
            form.add_error(FIELD_OF[type(problem)], sentence_of(problem))
        else:
            messages.success(
                request, gettext("{name} can sign in now.").format(name=person.display_name)
            )
            return redirect("staff_member", public_id=person.public_id)
    return render(
        request,
        "admin/staff_add.html",
        {"page": add_page(form)},
        status=422 if form.errors else 200,
    )


@about(seeing(Segment.STAFF))
@only_for(Role.ADMINISTRATOR)
def member(request: HttpRequest, public_id: str) -> HttpResponse:
    """One person who works here."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    return _member(request, found, _forms(viewer, found))


@about(post=seeing(Segment.STAFF) | recording(Segment.STAFF))
@only_for(Role.ADMINISTRATOR)
@fresh
def roles(request: HttpRequest, public_id: str) -> HttpResponse:
    """Other roles."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    form = RolesForm(request.POST)

    def change() -> None:
        wanted = [Role(role) for role in form.cleaned_data["roles"]]
        change_roles(person=found.person, roles=wanted, by=viewer.actor, now=viewer.now)

    each = _forms(viewer, found)
    each.roles = form
    done = gettext("The roles are changed.")
    return _send(
        request,
        found,
        each,
        form=form,
        field_name="roles",
        change=change,
        done=done,
    )


@about(post=seeing(Segment.STAFF) | recording(Segment.STAFF))
@sensitive_post_parameters("password")
@only_for(Role.ADMINISTRATOR)
@fresh
def password(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another password. Whoever was signed in with the old one is signed out."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    form = PasswordForm(request.POST)

    def change() -> None:
        words = form.cleaned_data["password"]
        give_password(person=found.person, password=words, by=viewer.actor, now=viewer.now)
        if found.person.pk == viewer.person.pk:
            update_session_auth_hash(request, found.person)

    each = _forms(viewer, found)
    each.password = form
    done = gettext("The new password works from now on.")
    return _send(request, found, each, form=form, field_name="password", change=change, done=done)


@about(post=seeing(Segment.STAFF) | recording(Segment.STAFF))
@only_for(Role.ADMINISTRATOR)
@fresh
def supervisor(request: HttpRequest, public_id: str) -> HttpResponse:
    """Someone who looks after this therapist."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    possible = possible_supervisors(viewer, found)
    form = SupervisorForm(request.POST, supervisors=possible)

    def change() -> None:
        chosen = next(
            each for each in possible if each.public_id == form.cleaned_data["supervisor"]
        )
        assign_supervisor(
            supervisor=chosen,
            therapist=found.person,
            starts_on=viewer.today,
            by=viewer.actor,
            now=viewer.now,
        )

    each = _forms(viewer, found)
    each.supervisor = form
    done = gettext("The supervisor is set.")
    return _send(request, found, each, form=form, field_name="supervisor", change=change, done=done)


@about(post=seeing(Segment.STAFF) | recording(Segment.STAFF))
@only_for(Role.ADMINISTRATOR)
@fresh
def end_supervisor(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Someone who looks after this therapist no more."""
    viewer = viewer_of(request)
    supervision = supervision_of(viewer, public_id, number)
    take_supervisor_away(supervision=supervision, by=viewer.actor, now=viewer.now)
    messages.success(request, gettext("The supervisor is taken away."))
    return redirect("staff_member", public_id=public_id)


@about(
    post=seeing(Segment.STAFF) | recording(Segment.STAFF),
    parts=recording(Segment.SIGN_IN),  # their own, when it is themselves whom they keep out
)
@only_for(Role.ADMINISTRATOR)
@fresh
def keep_out_person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Nobody can sign in as this person, and whoever is signed in as them is signed out."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    try:
        shut_out(person=found.person, by=viewer.actor, now=viewer.now)
    except NotFound:
        raise
    except AlongsideError as problem:
        messages.error(request, sentence_of(problem))
    else:
        messages.success(
            request,
            gettext("{name} can no longer sign in.").format(name=found.person.display_name),
        )
        if found.person.pk == viewer.person.pk:
            return _to_the_door(request)
    return redirect("staff_member", public_id=public_id)


@about(post=seeing(Segment.STAFF) | recording(Segment.STAFF))
@in_clinic_time
@only_for(Role.ADMINISTRATOR)
@fresh
def invite(request: HttpRequest, public_id: str) -> HttpResponse:
    """A code with which this person sets up their own way in, shown once."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    return show_invitation(
        request,
        invite_staff(person=found.person, by=viewer.actor, now=viewer.now),
        name=found.person.display_name,
        language=found.person.language,
        back=reverse("staff_member", args=[public_id]),
    )


@about(
    post=seeing(Segment.STAFF) | recording(Segment.STAFF),
    parts=recording(Segment.SIGN_IN),  # their own, when it is themselves whom they sign out
)
@only_for(Role.ADMINISTRATOR)
@fresh
def sign_out_everywhere(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every sign-in of this person ended; they may come in again."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    end_sign_ins(person=found.person, by=viewer.actor, now=viewer.now)
    messages.success(
        request, gettext("{name} is signed out.").format(name=found.person.display_name)
    )
    if found.person.pk == viewer.person.pk:
        return _to_the_door(request)
    return redirect("staff_member", public_id=public_id)


@about(post=seeing(Segment.STAFF) | recording(Segment.STAFF))
@only_for(Role.ADMINISTRATOR)
@fresh
def let_in_person(request: HttpRequest, public_id: str) -> HttpResponse:
    """This person can sign in again."""
    viewer = viewer_of(request)
    found = staff_member(viewer, public_id)
    let_in(person=found.person, by=viewer.actor, now=viewer.now)
    messages.success(
        request, gettext("{name} can sign in again.").format(name=found.person.display_name)
    )
    return redirect("staff_member", public_id=public_id)


def _to_the_door(request: HttpRequest) -> HttpResponse:
    """Out, as one whose own sign-in was ended just now."""
    logout(request)
    return redirect("sign_in")


def _forms(viewer: Viewer, found: StaffMember) -> MemberForms:
    return MemberForms(
        roles=RolesForm(initial={"roles": sorted(found.roles)}),
        password=PasswordForm(),
        supervisor=SupervisorForm(supervisors=possible_supervisors(viewer, found)),
    )


def _send(
    request: HttpRequest,
    found: StaffMember,
    each: MemberForms,
    *,
    form: forms.Form,
    field_name: str,
    change: Callable[[], None],
    done: str,
) -> HttpResponse:
    """One form of the page, carried out; a refusal stands beside its field."""
    if form.is_valid():
        try:
            change()
        except NotFound:
            raise
        except AlongsideError as problem:
            form.add_error(field_name, sentence_of(problem))
        else:
            messages.success(request, done)
            return redirect("staff_member", public_id=found.person.public_id)
    each.sent = form
    return _member(request, found, each)


def _member(request: HttpRequest, found: StaffMember, each: MemberForms) -> HttpResponse:
    page = member_page(
        found,
        roles=each.roles,
        password=each.password,
        supervisor=each.supervisor,
        sent=each.sent,
        is_self=found.person.pk == viewer_of(request).person.pk,
    )
    return render(
        request,
        "admin/staff_member.html",
        {"page": page},
        status=422 if each.sent is not None else 200,
    )
