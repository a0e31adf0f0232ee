"""The whole invented clinic: the stories' clients first, the others by chance.

Names, words and weekly hours are dealt out so that nobody shares them; all else comes from
`draw_client`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import numpy as np

from alongside.lab import stories
from alongside.lab.draw_client import (
    Draft,
    draft_by_chance,
    draft_from_story,
    draw_sample,
    draw_visits,
    draw_weekly_checks,
    endless_words,
)
from alongside.lab.stories import CLIENTS_OF_EACH, ENGLISH_NAMES, SPANISH_NAMES, STORIES, Story
from alongside.lab.synthetic_clinic import SyntheticClient, SyntheticClinic
from alongside.lab.timetable import DAY, WEEK, Timetable
from alongside.lab.words import OWN_GOALS

SHARE_SPANISH = 0.15
INTAKE_BEFORE_FIRST_VISIT = 3 * DAY
CARE_ENDS_AFTER = 2 * WEEK


def draw_clinic(*, now: datetime, rng: np.random.Generator) -> SyntheticClinic:
    """An invented clinic at this moment on its own clock, twelve weeks old.

    Each client is drawn from a stream of their own, so that the hour of the day changes when
    they come and not who they are.

    Assumes: `now` without a zone.
    """
    timetables = [Timetable(now, stream) for stream in rng.spawn(len(stories.THERAPISTS))]
    names = {"en": iter(ENGLISH_NAMES), "es": iter(SPANISH_NAMES)}
    goals = {language: _cycled(goals, rng) for language, goals in OWN_GOALS.items()}
    words = {language: endless_words(language, rng) for language in OWN_GOALS}
    plans = _plans(rng)
    lasts = _lasts(plans, timetables)
    clients = []
    for place, ((therapist, story), stream) in enumerate(
        zip(plans, rng.spawn(len(plans)), strict=True)
    ):
        if story is None:
            language = _language(therapist, stream)
            draft = draft_by_chance(language, words[language], stream)
        else:
            draft = draft_from_story(story, stream)
        clients.append(
            _client(
                place=place,
                name=next(names[draft.language]),
                story=story,
                draft=draft,
                therapist=therapist,
                last=lasts[place],
                timetables=timetables,
                now=now,
                own_goal=story.own_goal
                if story and story.own_goal
                else next(goals[draft.language]),
                rng=stream,
            )
        )
    return SyntheticClinic(
        name=stories.CLINIC,
        time_zone=stories.TIME_ZONE,
        phone=stories.PHONE,
        administrator=stories.ADMINISTRATOR,
        privacy_officer=stories.PRIVACY_OFFICER,
        supervisors=stories.SUPERVISORS,
        therapists=stories.THERAPISTS,
        clients=tuple(clients),
    )


def _language(therapist: int, rng: np.random.Generator) -> str:
    speaks_spanish = stories.THERAPISTS[therapist].language == "es"
    return "es" if speaks_spanish or rng.random() < SHARE_SPANISH else "en"


def _plans(rng: np.random.Generator) -> list[tuple[int, Story | None]]:
    """Which therapist, and which story if any, for every client."""
    left = list(CLIENTS_OF_EACH)
    for story in STORIES:
        left[story.therapist] -= 1
    by_chance = [place for place, n in enumerate(left) for _ in range(n)]
    return [(story.therapist, story) for story in STORIES] + [
        (by_chance[int(place)], None) for place in rng.permutation(len(by_chance))
    ]


def _lasts(plans: list[tuple[int, Story | None]], timetables: list[Timetable]) -> list[datetime]:
    """When each client's last visit was: some a moment ago, some a week before the next hour."""
    n_seen = [0] * len(timetables)
    lasts = []
    for therapist, story in plans:
        timetable = timetables[therapist]
        if story is not None:
            is_over, is_next = story.is_due or story.is_today, story.is_next
        else:
            n_seen[therapist] += 1
            is_next, is_over = n_seen[therapist] <= 2, n_seen[therapist] == 3
        lasts.append(
            timetable.just_over()
            if is_over
            else timetable.coming()
            if is_next
            else timetable.some_day()
        )
    return lasts


def _cycled(choices: tuple[str, ...], rng: np.random.Generator) -> Iterator[str]:
    while True:
        yield from (choices[int(place)] for place in rng.permutation(len(choices)))


def _client(
    *,
    place: int,
    name: str,
    story: Story | None,
    draft: Draft,
    therapist: int,
    last: datetime,
    timetables: list[Timetable],
    now: datetime,
    own_goal: str,
    rng: np.random.Generator,
) -> SyntheticClient:
    sample = draw_sample(draft, rng)
    visits = list(draw_visits(draft, sample, therapist=therapist, last=last, rng=rng))
    therapists: tuple[int, ...] = (therapist,)
    if story is not None and story.second_therapist is not None:
        therapists = (therapist, story.second_therapist)
        second_last = timetables[story.second_therapist].some_day(but=last)
        plain = draft_from_story(Story(("second",), story.second_therapist, sd=0.5), rng)
        visits += draw_visits(
            plain,
            draw_sample(plain, rng),
            therapist=story.second_therapist,
            last=second_last,
            rng=rng,
        )
    visits.sort(key=lambda visit: visit.starts_at)
    joined = visits[0].starts_at - INTAKE_BEFORE_FIRST_VISIT
    left_on = None
    until = now
    if draft.attendance.is_gone:
        left = visits[-1].starts_at + CARE_ENDS_AFTER
        left_on = left.date() if left <= now else None
        until = min(now, visits[-1].starts_at)
    by_phone = place % 3 != 2
    return SyntheticClient(
        code=f"DEMO-{place + 1:02d}",
        name=name,
        language=draft.language,
        phone=f"+1 555 01{place + 1:02d}" if by_phone else "",
        email="" if by_phone else f"demo-{place + 1:02d}@example.org",
        own_goal=own_goal,
        way=draft.way,
        stories=story.names if story else (),
        therapists=therapists,
        joined_on=joined.date(),
        left_on=left_on,
        visits=tuple(visits),
        weeks=draw_weekly_checks(
            draft,
            sample,
            joined_at=datetime.combine(joined.date(), time(9)),
            until=until - timedelta(minutes=1),
            rng=rng,
        ),
        habit=draft.habit,
    )
