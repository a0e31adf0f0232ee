"""Allowing something to be shared, in four calm steps; nothing is chosen before the client does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.consent.form import ConsentForm, Recipient, RecipientKind, SharingPurpose
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.wording import consent_sections, unverified_mark
from alongside.interfaces.client.pages.sharing import as_list
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.summary_list import SummaryList

CHOSEN: Final = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput)


class Step(StrEnum):
    """One page of the four."""

    WHO = "who"
    WHAT = "what"
    WHY = "why"
    SIGN = "sign"


def step_after(step: Step) -> Step:
    """The next page."""
    steps = list(Step)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def all_care_recipient() -> Recipient:
    """The class that a consent for all care is for, in the reader's words."""
    return Recipient(
        RecipientKind.COVERED_ENTITY,
        gettext(
            "Those who treat me, my health plans and others who pay, and those who help them "
            "run their services"
        ),
        is_class=True,
    )


@dataclass(frozen=True)
class DependentField:
    """A field that stands there only while another one has a value."""

    shown_when: str
    field: Component


@dataclass(frozen=True)
class StepPage:
    """One step: where we are, what is asked, and the one way on."""

    back: Breadcrumbs
    step: str
    heading: str
    action: str
    mistakes: ErrorSummary | None
    fields: tuple[DependentField, ...]
    button: Button
    all_care: Card | None = None
    read: SummaryList | None = None
    unverified: str = ""
    changes: tuple[tuple[str, str], ...] = ()


DEPENDENTS: Final = {"participants": "kind=intermediary", "last_day": "until=date"}


def who_page(form: forms.Form, draft: Consent | None = None) -> StepPage:
    """The first step; beside it, quietly, the one consent for all care."""
    action = (
        reverse("consent_step", args=[draft.public_id, Step.WHO]) if draft else reverse("allow")
    )
    return StepPage(
        back=_back(None),
        step=_step(Step.WHO),
        heading=gettext("Who may get something?"),
        action=action,
        mistakes=_mistakes(form),
        fields=_fields(form),
        button=Button(gettext("Go on")),
        all_care=None if draft else _all_care_card(),
    )


def _all_care_card() -> Card:
    return Card(
        gettext("Or one consent for all your care"),
        (
            gettext(
                "Instead of naming each one, you can say yes once to all who treat you or pay for "
                "it. It is less work. But you give up some of your protection."
            ),
        ),
        actions=(
            Button(
                gettext("See what you would give up"), ButtonKind.QUIET, href=reverse("all_care")
            ),
        ),
    )


def what_page(form: forms.Form, draft: Consent, held: ConsentForm) -> StepPage:
    """The second step: what they may get."""
    return _page(form, draft, Step.WHAT, gettext("What may {name} get?"), held)


def why_page(form: forms.Form, draft: Consent, held: ConsentForm) -> StepPage:
    """The third step: what for, and until when."""
    return _page(form, draft, Step.WHY, gettext("What for, and until when?"), held)


def sign_page(form: forms.Form, draft: Consent, held: ConsentForm) -> StepPage:
    """The last step: read all of it, then sign."""
    page = _page(form, draft, Step.SIGN, gettext("Read it, then sign"), held)
    steps = [Step.WHAT, Step.WHY]
    if not is_all_care(held):
        steps.insert(0, Step.WHO)
    names = {
        Step.WHO: gettext("Change who"),
        Step.WHAT: gettext("Change what"),
        Step.WHY: gettext("Change what for"),
    }
    return StepPage(
        **{
            **vars(page),
            "button": Button(gettext("Sign")),
            "read": as_list(consent_sections(held)),
            "unverified": unverified_mark(),
            "changes": tuple(
                (names[step], reverse("consent_step", args=[draft.public_id, step]))
                for step in steps
            ),
        }
    )


def is_all_care(held: ConsentForm) -> bool:
    return SharingPurpose.ALL_CARE in held.purposes


def _page(
    form: forms.Form, draft: Consent, step: Step, heading: str, held: ConsentForm
) -> StepPage:
    name = held.recipient.name if held.recipient and not is_all_care(held) else gettext("they")
    return StepPage(
        back=_back(draft if step is not Step.WHAT or not is_all_care(held) else None, step),
        step=_step(step),
        heading=heading.format(name=name),
        action=reverse("consent_step", args=[draft.public_id, step]),
        mistakes=_mistakes(form),
        fields=_fields(form),
        button=Button(gettext("Go on")),
    )


@dataclass(frozen=True)
class AllCarePage:
    """What the one consent for all care does, what is lost by it and what stays."""

    back: Breadcrumbs
    gives: tuple[str, ...]
    loses: tuple[str, ...]
    keeps: tuple[str, ...]
    without: str
    action: str
    buttons: tuple[Button, ...]


def all_care_page() -> AllCarePage:
    """The offer, with its price first read and then chosen, never the other way round."""
    return AllCarePage(
        back=Breadcrumbs((Crumb(gettext("Who may get something?"), reverse("allow")),)),
        gives=(
            gettext("You say yes once. You choose what may be shared."),
            gettext(
                "Then your doctors, drug stores and health plans may all get it, now and later. "
                "Nobody asks you each time."
            ),
        ),
        loses=(
            gettext(
                "They may pass it on to others, under weaker rules than here. You will not be "
                "asked, and we cannot see where it goes."
            ),
            gettext("Once it is with them, most of the special protection is gone."),
        ),
        keeps=(
            gettext("It may still not be used against you in court without your yes or a judge."),
            gettext("It never covers a court case, and never a therapist’s sealed notes."),
            gettext("You can take it back. What went out before stays out."),
        ),
        without=gettext(
            "If you do not want this, nothing is worse for you here. We treat you in the same way, "
            "and we ask you each time."
        ),
        action=reverse("all_care"),
        buttons=(
            Button(gettext("No, I name each one"), ButtonKind.QUIET, href=reverse("allow")),
            Button(gettext("Go on with one for all"), ButtonKind.QUIET),
        ),
    )


def _step(step: Step) -> str:
    steps = list(Step)
    return gettext("Step {n} of {total}").format(n=steps.index(step) + 1, total=len(steps))


def _back(draft: Consent | None, step: Step = Step.WHO) -> Breadcrumbs:
    """The step before this one, or out of it all."""
    if draft is None:
        crumb = Crumb(gettext("What is shared about me"), reverse("sharing"))
    else:
        steps = list(Step)
        before = steps[steps.index(step) - 1]
        crumb = Crumb(
            gettext("The step before"), reverse("consent_step", args=[draft.public_id, before])
        )
    return Breadcrumbs((crumb,))


def _mistakes(form: forms.Form) -> ErrorSummary | None:
    return ErrorSummary.of(form) if form.errors else None


def _fields(form: forms.Form) -> tuple[DependentField, ...]:
    return tuple(
        DependentField(DEPENDENTS.get(bound.name, ""), component_of(bound)) for bound in form
    )


def component_of(bound: forms.BoundField) -> Component:
    """The component that draws a field."""
    if isinstance(bound.field.widget, CHOSEN):
        return ChoiceList.of(bound)
    # What stands there only when it is needed is needed when it stands there.
    is_required = bound.field.required or bound.name in DEPENDENTS
    return Field.of(bound, rows=3, is_required=is_required)


def fields_of(form: forms.Form, names: Sequence[str] = ()) -> tuple[Component, ...]:
    """The fields of a form as components, all of them or those named."""
    return tuple(component_of(bound) for bound in form if not names or bound.name in names)
