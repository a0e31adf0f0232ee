"""How many prompts by chance therapists get: what is so now, and the wish of a supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.access.policy import Segment
from alongside.clinic.alliance.actions import follow_yardsticks
from alongside.clinic.alliance.budget import (
    USUAL_SHARE,
    Prompts,
    prompts_now,
    set_alarm_budget,
)
from alongside.clinic.people.models import Role
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.declared import about, recording, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of
from alongside.methods.vocabulary.errors import AlongsideError

REFUSED: Final = 422
WISHES: Final[tuple[tuple[str, Words], ...]] = (
    ("0.125", _("About one every eight weeks")),
    ("0.25", _("About one every four weeks")),
    ("0.5", _("About one every two weeks")),
    ("1", _("About one a week")),
    ("2", _("About two a week")),
)


REACHES: Final[dict[str, Words]] = {
    "fewest_possible": _("That is as few as can be told apart with the visits there are."),
    "most_sensible": _("That is as many as make sense: one visit in ten."),
}


class PromptsForm(forms.Form):
    """How many prompts by chance a therapist can bear."""

    prompts = forms.ChoiceField(
        label=_("How many prompts by chance may each therapist get?"),
        help_text=_("Fewer prompts mean that more real strains are missed. More are soon ignored."),
        choices=WISHES,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose how many.")),
    )


@dataclass(frozen=True)
class PromptsPage:
    """What is so now, and the form."""

    way_back: Breadcrumbs
    now: tuple[str, ...]
    prompts: ChoiceList
    button: Button
    mistakes: ErrorSummary | None


@about(seeing(Segment.PROMPTS), post=recording(Segment.PROMPTS))
@only_for(Role.SUPERVISOR)
def prompts(request: HttpRequest) -> HttpResponse:
    """How many prompts by chance therapists get, and the wish for more or fewer."""
    viewer = viewer_of(request)
    wish = None
    if request.method == "POST":
        wish = PromptsForm(request.POST)
        if wish.is_valid():
            try:
                set_alarm_budget(
                    prompts_a_week=float(wish.cleaned_data["prompts"]),
                    by=viewer.actor,
                    now=viewer.now,
                )
            except AlongsideError as problem:
                wish.add_error("prompts", sentence_of(problem))
            else:
                follow_yardsticks(now=viewer.now)
                messages.success(request, gettext("It counts for the whole clinic."))
                return redirect("supervision_prompts")
    page = _page(prompts_now(viewer), wish, zone=the_clinic().zone)
    status = REFUSED if page.mistakes else 200
    return render(request, "supervisor/prompts.html", {"page": page}, status=status)


def _page(now: Prompts, wish: PromptsForm | None, *, zone: tzinfo) -> PromptsPage:
    form = wish or PromptsForm(initial={"prompts": f"{now.wished:g}" if now.wished else None})
    return PromptsPage(
        way_back=Breadcrumbs((Crumb(gettext("Supervision"), reverse("supervision")),)),
        now=_now_words(now, zone),
        prompts=ChoiceList.of(form["prompts"]),
        button=Button(gettext("Keep this")),
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )


def _now_words(now: Prompts, zone: tzinfo) -> tuple[str, ...]:
    if now.wished is None:
        words = [
            gettext(
                "Nobody has said yet. A visit is pointed out where less than 1 in {one_in} would "
                "look like that by chance."
            ).format(one_in=round(1 / USUAL_SHARE))
        ]
        if now.weeks_between is not None:
            words.append(
                ngettext(
                    "With the visits of your therapists that is about one prompt by chance every "
                    "{n} week for each.",
                    "With the visits of your therapists that is about one prompt by chance every "
                    "{n} weeks for each.",
                    now.weeks_between,
                ).format(n=now.weeks_between)
            )
        return tuple(words)
    wish = dict(WISHES).get(f"{now.wished:g}", f"{now.wished:g}")
    if now.reach not in REACHES:
        words = [gettext("{wish} for each therapist.").format(wish=wish)]
    else:
        words = [gettext("The wish: {wish} for each therapist.").format(wish=str(wish).lower())]
        words.append(str(REACHES[now.reach]))
    words.append(
        gettext("It is counted among the last visits here, those with a true strain among them.")
        if now.is_counted
        else gettext(
            "It rests on the chance that the method works out. From 500 judged visits on it is "
            "counted among the visits here."
        )
    )
    if now.set_at is not None:
        words.append(
            gettext("{name} set it on {day}.").format(
                name=now.set_by or gettext("The clinic"), day=long_date(now.set_at, zone)
            )
        )
    return tuple(words)
