"""The single questions of the last visits, and relief apart from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, gettext_lazy

from alongside.clinic.alliance.queries import VisitRatings
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.table import Column, ColumnKind, Row, Table
from alongside.interfaces.shared.dates import long_date, short_date
from alongside.interfaces.shared.sentences import told

NOT_SHARED: Final = gettext_lazy("not answered or not shared")


def facets_of(ratings: Iterable[VisitRatings], zone: ZoneInfo, name: str) -> Disclosure | None:
    """The single questions of the last visits, folded away; None while there are none."""
    table = facet_table(ratings, zone, name)
    if table is None:
        return None
    return Disclosure(gettext("The last visits, question by question"), table)


def facet_table(ratings: Iterable[VisitRatings], zone: ZoneInfo, name: str) -> Table | None:
    """The facets of the last visits, the client's view and the therapist's; the latest first."""
    ratings = [each for each in ratings if each.facets]
    if not ratings:
        return None
    titles = {facet.name: told(facet.title) for each in ratings for facet in each.facets}
    rows = []
    for key, title in titles.items():
        cells: list[Words] = [title]
        for each in ratings:
            found = next((facet for facet in each.facets if facet.name == key), None)
            client = figure(found.client) if found and found.client is not None else NOT_SHARED
            mine = (
                gettext("(you: {rating})").format(rating=figure(found.therapist))
                if found and found.therapist is not None
                else ""
            )
            cells.append(f"{client} {mine}".strip())
        rows.append(Row(tuple(cells)))
    return Table(
        caption=gettext("The last visits, question by question, as {name} saw them").format(
            name=name
        ),
        columns=(
            Column(gettext("About")),
            *(Column(short_date(each.visit.ends_at, zone), ColumnKind.NUMBER) for each in ratings),
        ),
        rows=tuple(rows),
        is_caption_hidden=True,
    )


def relief_words(ratings: Iterable[VisitRatings], zone: ZoneInfo) -> str:
    """How the client left, apart from the score; empty while nothing was shared."""
    parts = [
        gettext("{day}: {relief}").format(
            day=long_date(each.visit.ends_at, zone), relief=relief(each.relief)
        )
        for each in ratings
        if each.relief is not None
    ]
    return "; ".join(parts)


def relief(value: float) -> str:
    """One answer about relief in words, with its figure."""
    size = figure(abs(value))
    if value > 0:
        return gettext("left lighter (+{size} of 5)").format(size=size)
    if value < 0:
        return gettext("left heavier (−{size} of 5)").format(size=size)
    return gettext("left the same (0)")
