"""What to try when an alliance is under strain: short, by the facet that fell most.

Three parts each: what a fall may mean, what to ask, what to leave. It is written for this project
from the facets of the alliance (bond, goal, task), and from the finding that repaired strains go
with better outcomes than unrepaired ones (Eubanks, Muran and Safran 2018). It is a suggestion to
a professional and no rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from alongside.interfaces.shared.component import Words


@dataclass(frozen=True)
class Guidance:
    """What a fall may mean, what to ask, and what to leave."""

    title: Words
    may_mean: Words
    ask: tuple[Words, ...]
    leave: Words


GENERAL: Final = Guidance(
    title=_("The whole visit was rated lower"),
    may_mean=_(
        "Something came between you, or the week outside weighed on the visit. The number cannot "
        "tell these apart. Your client can."
    ),
    ask=(
        _("“I had the feeling last time was harder. How was it for you?”"),
        _("“Was there a moment when I lost you?”"),
    ),
    leave=_("Do not ask for a better number, and do not explain yourself first."),
)

CONCERN: Final = Guidance(
    title=_("Something felt wrong or showed no respect"),
    may_mean=_(
        "It takes courage to say so, and the flag is the whole message: it counts even when every "
        "rating was high."
    ),
    ask=(
        _("“Thank you for telling me. What happened, as you saw it?”"),
        _("“What would make it right, as far as it can be?”"),
    ),
    leave=_("Do not argue about what you meant. Say sorry for what it did, without a “but”."),
)

BY_FACET: Final[dict[str, Guidance]] = {
    "safety": Guidance(
        title=_("Free to talk"),
        may_mean=_(
            "Holding back is often fear: of being judged, of what gets written down, of who may "
            "hear of it. Fresh shame after a hard week does the same."
        ),
        ask=(
            _("“Is there something you would rather not say here? You need not say what it is.”"),
            _("“What do I do that makes it harder, or easier, to talk?”"),
        ),
        leave=_(
            "Do not press for what was left unsaid. Say plainly who reads what, and leave a door "
            "open."
        ),
    ),
    "heard": Guidance(
        title=_("Feeling heard"),
        may_mean=_(
            "You may have moved to advice too soon, or caught the facts and missed the feeling."
        ),
        ask=(
            _("“What did I get wrong last time?”"),
            _("“Let me say it back in my own words. What is missing?”"),
        ),
        leave=_("Do not reassure or solve at first. Say back what you heard and wait for the nod."),
    ),
    "direction": Guidance(
        title=_("What they came for"),
        may_mean=_(
            "The time may have gone to a goal that is yours, the court’s or the clinic’s, or the "
            "client’s own goal has moved."
        ),
        ask=(
            _("“What do you most want out of the next half hour?”"),
            _("“Is what we work on still what matters most to you?”"),
        ),
        leave=_("Do not defend the plan. Look at it together and change a line of it today."),
    ),
    "way_of_working": Guidance(
        title=_("Way of working"),
        may_mean=_(
            "The method, the pace or the homework may not suit this person, or its reason was "
            "never made clear."
        ),
        ask=(
            _("“Which part of how we work helps you, and which part does not?”"),
            _("“Shall we go slower, or try it another way?”"),
        ),
        leave=_("Do not take it for a lack of will. Offer two ways and let your client choose."),
    ),
    "return": Guidance(
        title=_("Wish to come back"),
        may_mean=_(
            "This one most often comes before someone stays away. The reason can be practical "
            "(time, travel, money) as well as between you."
        ),
        ask=(
            _("“What would make it easier to come next time?”"),
            _("“Have you thought of stopping? I would rather know than be surprised.”"),
        ),
        leave=_(
            "Do not plead or warn. Make the next visit easy, and say that the way back stays open."
        ),
    ),
}


STALLED: Final = (
    Guidance(
        title=_("Between you"),
        may_mean=_(
            "Where things stall, how you work together is the first place to look, and the one "
            "that you can change today."
        ),
        ask=(
            _("“Is there anything about how we work that you would change?”"),
            _("“What have I not understood yet?”"),
        ),
        leave=_("Do not take good ratings for an answer. Ask."),
    ),
    Guidance(
        title=_("The wish to change"),
        may_mean=_(
            "Wanting to change and not wanting to live side by side. The goal may be somebody "
            "else’s, the next step too big, or hope has run low."
        ),
        ask=(
            _("“On the days when you want this, what do you want it for?”"),
            _("“Which step is so small that it would hold even in a bad week?”"),
        ),
        leave=_(
            "Do not argue for change: the more of that you do, the less is left for your client."
        ),
    ),
    Guidance(
        title=_("People around them"),
        may_mean=_(
            "Being alone, or close to people who use, can undo a good hour. Some are tired of "
            "asking for help."
        ),
        ask=(
            _("“Who knew how your week was?”"),
            _("“Who does you good, and who makes it harder?”"),
        ),
        leave=_("Do not send someone to a group and leave it there. Take the first step together."),
    ),
    Guidance(
        title=_("What happened outside"),
        may_mean=_(
            "A loss, pain, money, a day in court, bad sleep or a new medicine can weigh more than "
            "any plan."
        ),
        ask=(
            _("“What has been the heaviest thing since we last met?”"),
            _("“Would something practical help more today than talking?”"),
        ),
        leave=_(
            "Do not read every hard week as a sign of failure. If body or mind worry you, do not "
            "wait to ask a doctor."
        ),
    ),
)
"""Where to look when getting better stalls: the alliance, motivation, support, life events. The
four domains are those of problem-solving aids for clients off course (science notes 2.3, Lambert
2018); the words are ours."""
STAYING_AWAY: Final[tuple[Guidance, ...]] = (
    Guidance(
        title=_("A first message or call"),
        may_mean=_(
            "Staying away is seldom a decision. Often one visit was missed, and each day after it "
            "makes coming back feel harder. A few warm words lower that step."
        ),
        ask=(
            _("“We did not meet this week, and I thought of you. How are you?”"),
            _("“Your place is here. Would the same time next week suit you, or another one?”"),
            _("“You need not explain anything. One word on how you are is enough.”"),
        ),
        leave=_(
            "Do not count the missed visits, and set no conditions for coming back. In a message, "
            "name neither treatment nor substances: others may read it."
        ),
    ),
    Guidance(
        title=_("Time, travel, money, children"),
        may_mean=_(
            "Work, a bus that does not run, a fare, nobody to look after the children: what stands "
            "in the way is often plain, and few people bring it up by themselves."
        ),
        ask=(
            _("“What would have to be different for you to get here?”"),
            _("“Would an early or late hour help, a shorter visit, or a call instead?”"),
            _("“Shall I find out who could help with the fare or with child care?”"),
        ),
        leave=_("Do not settle it for them. Offer two things that you can truly do, and do them."),
    ),
    Guidance(
        title=_("After a hard week or after use"),
        may_mean=_(
            "Many stay away after they have used, because they feel ashamed or think that they "
            "have let you down. These are the weeks in which a visit may help most."
        ),
        ask=(
            _("“You can come however the week was. I mean that.”"),
            _("“Is there something that would be hard to say here? We can leave it for later.”"),
        ),
        leave=_("Do not ask about use in a message, and do not speak of trust that was broken."),
    ),
    Guidance(
        title=_("When it is about you or about us"),
        may_mean=_(
            "Sometimes a visit went wrong, or the help no longer fits. Not coming is then the only "
            "way to say so."
        ),
        ask=(
            _("“Was there something about our last visit that sat badly with you?”"),
            _("“If somebody or something else would suit you better, I will help you find it.”"),
        ),
        leave=_("Do not defend how you work. A good ending counts as care as well."),
    ),
)
"""What to try with somebody who stays away, the first words first. Suggestions of this project."""


def guidance_for(*, is_concern: bool, facet: str) -> Guidance:
    """What to try for a concern, or for the facet that fell most; general where none is known."""
    return CONCERN if is_concern else BY_FACET.get(facet, GENERAL)
