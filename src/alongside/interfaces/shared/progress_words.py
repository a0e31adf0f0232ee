"""What the course of a client's checks means, said to staff."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_lazy, ngettext

from alongside.clinic.progress.outlook import CourseBasis
from alongside.clinic.progress.queries import OffCourse, ProgressCourse
from alongside.interfaces.shared.component import Words

RAREST_TOLD: Final = 20
"""The edge of a course is counted at 1 in 10; far beyond it nobody can tell how rare a check is."""
CATEGORIES: Final[dict[str, Words]] = {
    "recovered": gettext_lazy("Reliably better than at the start, and past the cut-off."),
    "improved": gettext_lazy("Reliably better than at the start."),
    "unchanged": gettext_lazy("No reliable change: a difference like this can be chance."),
    "deteriorated": gettext_lazy("Reliably worse than at the start."),
    "harmed": gettext_lazy("Reliably worse than at the start, and past the cut-off."),
}
COURSES: Final[dict[str, Words]] = {
    "on_course": gettext_lazy("On the expected course."),
    "watch": gettext_lazy(
        "At the edge of the expected course. One check like this is often chance."
    ),
}
BASES: Final[dict[CourseBasis, Words]] = {
    CourseBasis.ASSUMED: gettext_lazy(
        "That course rests on the norms of the questions alone: no change but that of chance. "
        "This clinic has too few clients with checks to learn from yet."
    ),
    CourseBasis.MIXED: gettext_lazy(
        "That course rests on {n} clients of this clinic, and still on the norms as well."
    ),
    CourseBasis.OWN: gettext_lazy("That course rests on {n} clients of this clinic."),
}


def progress_words(course: ProgressCourse) -> tuple[str, ...]:
    """What the change means, how sure it is, and what it rests on."""
    n = len(course.checks)
    change = course.change
    if change is None:
        return (
            ngettext(
                "{n} check so far. A change needs two.",
                "{n} checks so far. A change cannot be told yet.",
                n,
            ).format(n=n),
        )
    words = [
        str(CATEGORIES[change.category])
        + ngettext(" From {n} check.", " From the first of {n} checks to the last.", n).format(n=n)
    ]
    words.append(
        gettext("A second method (Edwards–Nunnally) says the same.")
        if change.sensitivity == change.category
        else gettext(
            "A second method (Edwards–Nunnally) says otherwise, so be careful: {words}"
        ).format(words=CATEGORIES[change.sensitivity])
    )
    words += course_words(course)
    if course.is_assumed:
        words.append(
            gettext(
                "The norms behind the change and the cut-off are assumed for planning, not "
                "measured."
            )
        )
    return tuple(words)


def course_words(course: ProgressCourse) -> list[str]:
    """Where the last check lies on the expected course, and what that course rests on."""
    if course.standing is None or course.outlook is None:
        return []
    basis, n = course.outlook.basis, course.outlook.n_clients
    if course.off_course is not None:
        said = off_course_words(course.off_course)
    elif course.is_ahead:
        said = gettext("Ahead of the expected course.")
    else:
        said = str(COURSES[course.standing])
    return [said, str(BASES[basis]).format(n=n)]


def off_course_words(off_course: OffCourse) -> str:
    """How far behind, for how long, and how often that comes by chance."""
    words = ngettext(
        "Behind the expected course at the last check.",
        "Behind the expected course for {n} checks in a row.",
        off_course.n_in_a_row,
    ).format(n=off_course.n_in_a_row)
    rare = (
        gettext("About 1 in {one_in} who began like this does as badly in week {week}.")
        if off_course.one_in < RAREST_TOLD
        else gettext("Fewer than 1 in {one_in} who began like this do as badly in week {week}.")
    )
    one_in = min(off_course.one_in, RAREST_TOLD)
    return f"{words} {rare.format(one_in=one_in, week=off_course.week)}"
