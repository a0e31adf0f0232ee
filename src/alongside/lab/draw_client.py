"""One invented client: ratings, weeks, attendance and words drawn from a story or from chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Final

import numpy as np

from alongside.lab.alliance_series import VISIT_FEEDBACK, AllianceSample, series_of
from alongside.lab.attendance import USUAL_ATTENDANCE, Attendance, Fate, draw_attendance
from alongside.lab.ruptures import SHARE_WITH_RUPTURE, Rupture, draw_rupture
from alongside.lab.stories import Story, Style
from alongside.lab.synthetic_clinic import (
    Planned,
    RepairHabit,
    Said,
    Showing,
    SyntheticVisit,
    SyntheticWeek,
    VisitAnswers,
    Way,
    Words,
    Wrong,
)
from alongside.lab.therapist_ratings import USUAL_THERAPISTS, draw_gaps, rate_visits
from alongside.lab.timetable import DAY, WEEK, weekly_until
from alongside.lab.weekly_checks import USUAL_WEEKS, weeks_of
from alongside.lab.words import HELPED, OPEN_WORDS, TALKED_NOTES

PLANNED: Final = {
    Fate.HELD: Planned.HELD,
    Fate.MISSED: Planned.MISSED,
    Fate.CANCELLED: Planned.CANCELLED,
}
KEEN_TO_ANSWER: Final = replace(USUAL_ATTENDANCE, probability_answered=0.88)
"""A demo with long series to look at."""
N_BOOKED_AHEAD: Final = 2
QUICKEST, SLOWEST = timedelta(minutes=12), timedelta(hours=60)
SOON: Final = timedelta(hours=3)
WAYS: Final = (Way.LINK, Way.KIOSK, Way.SIGNED_IN, Way.HANDED_OVER, Way.PAPER)
SHARE_OF_WAYS: Final = (0.6, 0.12, 0.12, 0.08, 0.08)


@dataclass(frozen=True)
class Draft:
    """What is true of a client before anything is drawn for the visits."""

    language: str
    level: float
    sd: float
    n_visits: int
    rupture: Rupture | None
    start: float
    growth: float
    week_sd: float
    gap: float
    way: Way
    attendance: Attendance
    habit: RepairHabit
    style: Style = Style.ORDINARY
    probability_rated: float = 0.7
    probability_week: float = 0.7
    slowest: timedelta = SLOWEST
    is_week_due: bool = False
    words: Mapping[int, Words] = field(default_factory=dict)
    wrong: Mapping[int, Wrong] = field(default_factory=dict)
    showing: Mapping[int, Showing] = field(default_factory=dict)
    showing_of: Mapping[int, Mapping[str, Showing]] = field(default_factory=dict)


def draft_from_story(story: Story, rng: np.random.Generator) -> Draft:
    """The truth that a story tells, and chance for what it leaves open."""
    n = story.n_visits
    rupture = None
    if story.rupture is not None:
        told = story.rupture
        rupture = Rupture(n - 1 - told.ago, told.depth, told.shape, told.n_visits)
    first_silent, first_missed = n - story.n_silent, n - story.n_missed
    attendance = Attendance(
        tuple(Fate.HELD if visit < first_missed else Fate.MISSED for visit in range(n)),
        tuple(visit < first_silent and not (story.is_due and visit == n - 1) for visit in range(n)),
    )
    (gap,) = draw_gaps(USUAL_THERAPISTS, level_sd=VISIT_FEEDBACK.level_sd, n_pairs=1, rng=rng)
    weeks = USUAL_WEEKS
    return Draft(
        language=story.language,
        level=story.level,
        sd=story.sd,
        n_visits=n,
        rupture=rupture,
        start=weeks.start_mean + 8 if story.start is None else story.start,
        growth=weeks.growth_mean if story.growth is None else story.growth,
        week_sd=weeks.sd if story.start is None else 3.0,
        gap=float(gap) if story.gap is None else story.gap,
        way=story.way,
        attendance=attendance,
        habit=story.habit,
        style=story.style,
        probability_rated=0.9,
        probability_week=0.9,
        slowest=SOON,
        is_week_due=story.is_due,
        words=story.words,
        wrong=story.wrong,
        showing=story.showing,
        showing_of=story.showing_of,
    )


def draft_by_chance(language: str, words: Iterator[Words], rng: np.random.Generator) -> Draft:
    """A client as the published figures would have them."""
    truth, weeks = VISIT_FEEDBACK, USUAL_WEEKS
    n_visits = int(rng.choice((8, 10, 11, 12, 12, 12, 12, 12)))
    attendance = draw_attendance(KEEN_TO_ANSWER, n_visits, rng)
    rupture = None
    if rng.random() < SHARE_WITH_RUPTURE:
        rupture = draw_rupture(n_visits, rng, probability_repaired=0.85)
    is_talked_about = bool(rng.random() < 0.7)
    (gap,) = draw_gaps(USUAL_THERAPISTS, level_sd=truth.level_sd, n_pairs=1, rng=rng)
    notes = TALKED_NOTES[language]
    habit = RepairHabit(
        is_talked_about,
        note=notes[int(rng.integers(len(notes)))],
        client_says=Said.YES if rng.random() < 0.85 else Said.NO,
    )
    said = {
        ago: replace(next(words), is_seen=ago > 1 or bool(rng.random() < 0.5))
        for ago in range(n_visits)
        if rng.random() < 0.3
    }
    return Draft(
        language=language,
        level=float(rng.normal(truth.level_mean, truth.level_sd)),
        sd=float(truth.sd_median * np.exp(rng.normal(0, truth.sd_spread))),
        n_visits=n_visits,
        rupture=rupture,
        start=float(rng.normal(weeks.start_mean, weeks.start_sd)),
        growth=float(rng.normal(weeks.growth_mean, weeks.growth_sd)),
        week_sd=weeks.sd,
        gap=float(gap),
        way=WAYS[int(rng.choice(len(WAYS), p=SHARE_OF_WAYS))],
        attendance=attendance,
        habit=habit,
        words=said,
        showing={ago: Showing.MONTH_END for ago in range(n_visits) if rng.random() < 0.04},
        showing_of={
            ago: {"words": Showing.NEVER} for ago in range(n_visits) if rng.random() < 0.04
        },
    )


def endless_words(language: str, rng: np.random.Generator) -> Iterator[Words]:
    """The open words of a language in an order of chance, again and again."""
    pool = OPEN_WORDS[language]
    return cycle([pool[int(place)] for place in rng.permutation(len(pool))])


def draw_sample(draft: Draft, rng: np.random.Generator) -> AllianceSample:
    """The client's ratings of every visit that was planned."""
    return series_of(
        VISIT_FEEDBACK,
        np.array([draft.level]),
        np.array([draft.sd]),
        n_visits=draft.n_visits,
        rng=rng,
        ruptures=(draft.rupture,),
    )


def draw_visits(
    draft: Draft,
    sample: AllianceSample,
    *,
    therapist: int,
    last: datetime,
    rng: np.random.Generator,
) -> tuple[SyntheticVisit, ...]:
    """The client's visits with one therapist: those that are over, then those ahead."""
    n = draft.n_visits
    ratings = _in_style(draft.style, sample.items[0].astype(int))
    own = rate_visits(USUAL_THERAPISTS, sample, np.array([draft.gap]), rng=rng)[0].astype(int)
    relief = rng.normal(1.0 - 0.8 * sample.drops[0], 1.5)
    visits: list[SyntheticVisit] = []
    for visit, starts_at in enumerate(weekly_until(last, n)):
        fate, ago = draft.attendance.fates[visit], n - 1 - visit
        delay = timedelta(minutes=float(np.exp(rng.normal(np.log(30), 1.2))))
        is_rated, later = rng.random() < draft.probability_rated, rng.random()
        if fate is Fate.GONE:
            continue
        answers = VisitAnswers(
            ratings=tuple(int(answer) for answer in ratings[visit]),
            relief=int(np.clip(round(relief[visit]), -5, 5)),
            after=QUICKEST if ago == 0 else min(max(delay, QUICKEST), draft.slowest),
            words=draft.words.get(ago),
            wrong=draft.wrong.get(ago),
            showing=draft.showing.get(ago, Showing.NOW),
            showing_of=draft.showing_of.get(ago, {}),
        )
        is_due = ago == 0 and draft.is_week_due
        rates = fate is Fate.HELD and is_rated and not is_due and (ago > 0 or later < 0.8)
        visits.append(
            SyntheticVisit(
                therapist,
                starts_at,
                PLANNED[fate],
                answers if draft.attendance.is_answered[visit] else None,
                tuple(int(rating) for rating in own[visit]) if rates else None,
            )
        )
    if not draft.attendance.is_gone:
        visits += [
            SyntheticVisit(therapist, last + WEEK * ahead, Planned.AHEAD)
            for ahead in range(1, N_BOOKED_AHEAD + 1)
        ]
    return tuple(visits)


def _in_style(style: Style, ratings: np.ndarray) -> np.ndarray:
    """The ratings as somebody with this style gives them."""
    styled = ratings.copy()
    if style is Style.TOP:
        styled[:] = 10
        styled[1::3, 3] = 9
    elif style is Style.ONE_ANSWER:
        styled[-6:] = np.round(ratings[-6:].mean(axis=1, keepdims=True))
    return styled


def draw_weekly_checks(
    draft: Draft,
    sample: AllianceSample,
    *,
    joined_at: datetime,
    until: datetime,
    rng: np.random.Generator,
) -> tuple[SyntheticWeek, ...]:
    """The weekly checks that the client answered between two moments."""
    first = _monday(joined_at)
    mondays = [first + WEEK * n for n in range((_monday(until) - first).days // 7 + 1)]
    alliance = np.zeros(len(mondays))
    usual = (sample.states[0] - sample.states[0].mean()) / draft.sd
    known = min(len(mondays), len(usual))
    alliance[-known:] = usual[-known:]
    weeks = weeks_of(
        replace(USUAL_WEEKS, sd=draft.week_sd),
        np.array([draft.start]),
        np.array([draft.growth]),
        n_weeks=len(mondays),
        rng=rng,
        alliance=alliance[None, :],
    ).answers[0]
    checks: list[SyntheticWeek] = []
    for monday, answers in zip(mondays, weeks, strict=True):
        answered_at = monday + timedelta(hours=float(rng.uniform(1.5 * 24 + 8, 6 * 24 + 21)))
        is_answered, writes = rng.random() < draft.probability_week, rng.random() < 0.2
        words = HELPED[draft.language][int(rng.integers(len(HELPED[draft.language])))]
        is_this_week = monday == mondays[-1]
        if not is_answered or (is_this_week and draft.is_week_due):
            continue
        if joined_at + 1.5 * DAY < answered_at <= until:
            checks.append(
                SyntheticWeek(
                    answered_at.replace(microsecond=0),
                    tuple(int(answer) for answer in answers),
                    words if writes else "",
                )
            )
    return tuple(checks)


def _monday(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=midnight.weekday())
