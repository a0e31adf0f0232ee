"""Any valid instrument and any answers to it, for Hypothesis."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from alongside.methods.instruments.answers import Answer
from alongside.methods.instruments.questionnaire import (
    AnswerValue,
    Coding,
    EnableBehavior,
    EnableWhen,
    Item,
    ItemType,
    Operator,
    Option,
    OptionKind,
    Questionnaire,
)
from alongside.methods.vocabulary.translated import NO_TEXT, Translated

LANGUAGES = ("de", "es", "es-MX", "zh-Hant")

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    lambda text: text == text.strip() and bool(text)
)
codes = st.text("abcdefgh0123456789-", min_size=1, max_size=8)
decimals = st.decimals(
    min_value=-9_999, max_value=9_999, places=3, allow_nan=False, allow_infinity=False
)
texts = st.builds(
    Translated.of, words, st.dictionaries(st.sampled_from(LANGUAGES), words, max_size=2)
)
codings = st.builds(Coding, st.just("http://loinc.org"), codes, words)


@st.composite
def options(draw: st.DrawFn) -> tuple[Option, ...]:
    """The options of one choice, all of one kind, so that a condition can compare them."""
    kind = draw(st.sampled_from(OptionKind))
    weights = st.none() | decimals
    if kind is OptionKind.INTEGER:
        numbers = draw(st.lists(st.integers(-50, 50), min_size=1, max_size=5, unique=True))
        names = [str(number) for number in numbers]
        return tuple(Option(n, Translated(n), draw(weights), kind) for n in names)
    if kind is OptionKind.STRING:
        displays = draw(st.lists(texts, min_size=1, max_size=5, unique_by=lambda t: t.default))
        return tuple(Option(t.default, t, draw(weights), kind) for t in displays)
    names = draw(st.lists(codes, min_size=1, max_size=5, unique=True))
    system = draw(st.sampled_from(("", "http://loinc.org")))
    return tuple(Option(name, draw(texts), draw(weights), kind, system) for name in names)


@st.composite
def questions(draw: st.DrawFn, link_id: str) -> Item:
    """One question of any type, without conditions."""
    kind = draw(st.sampled_from([kind for kind in ItemType if kind is not ItemType.GROUP]))
    common = {
        "link_id": link_id,
        "type": kind,
        "text": draw(texts),
        "prefix": draw(st.just("") | words),
        "code": tuple(draw(st.lists(codings, max_size=1))),
    }
    if kind is ItemType.DISPLAY:
        return Item(**common)
    common["required"] = draw(st.booleans())
    common["read_only"] = draw(st.integers(0, 9)) == 0
    if kind is ItemType.CHOICE:
        return Item(**common, options=draw(options()))
    if kind in (ItemType.STRING, ItemType.TEXT):
        return Item(**common, max_length=draw(st.none() | st.integers(1, 200)))
    if kind in (ItemType.INTEGER, ItemType.DECIMAL):
        ends = st.integers(-100, 100) if kind is ItemType.INTEGER else decimals
        lowest, highest = sorted((draw(ends), draw(ends)))
        labels = draw(st.none() | st.tuples(texts, texts))
        return Item(
            **common,
            lowest=draw(st.sampled_from((lowest, None))),
            highest=draw(st.sampled_from((highest, None))),
            low_label=labels[0] if labels else None,
            high_label=labels[1] if labels else None,
        )
    return Item(**common)


@st.composite
def conditions(draw: st.DrawFn, earlier: list[Item]) -> EnableWhen:
    """A condition on an earlier question that its answers can meet."""
    question = draw(st.sampled_from(earlier))
    if draw(st.booleans()) and question.type is not ItemType.BOOLEAN:
        return EnableWhen(question.link_id, Operator.EXISTS, draw(st.booleans()))
    equal = (Operator.EQUAL, Operator.NOT_EQUAL)
    ordered = [operator for operator in Operator if operator is not Operator.EXISTS]
    operators: tuple[Operator, ...] | list[Operator] = ordered
    answer: AnswerValue
    match question.type:
        case ItemType.BOOLEAN:
            answer, operators = draw(st.booleans()), equal
        case ItemType.INTEGER:
            answer = draw(st.integers(-100, 100))
        case ItemType.DECIMAL:
            answer = draw(decimals)
        case ItemType.CHOICE:
            option = draw(st.sampled_from(question.options))
            is_number = option.kind is OptionKind.INTEGER
            answer = int(option.code) if is_number else option.code
            operators = ordered if is_number else equal
        case _:
            answer = draw(words)
    return EnableWhen(question.link_id, draw(st.sampled_from(operators)), answer)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """Any valid instrument: up to nine items, some in groups, some with conditions."""
    link_ids = iter(draw(st.lists(codes, min_size=9, max_size=9, unique=True)))
    earlier: list[Item] = []
    top: list[Item] = []
    for _ in range(draw(st.integers(1, 3))):
        members = [draw(questions(next(link_ids))) for _ in range(draw(st.integers(1, 2)))]
        placed = []
        for member in members:
            item = _with_conditions(draw, member, earlier)
            if item.type is not ItemType.DISPLAY:
                earlier.append(item)
            placed.append(item)
        if draw(st.booleans()):
            before = [item for item in earlier if item not in placed]
            group = Item(
                next(link_ids), ItemType.GROUP, draw(st.just(NO_TEXT) | texts), items=tuple(placed)
            )
            top.append(_with_conditions(draw, group, before))
        else:
            top.extend(placed)
    if not any(item.is_question for item in earlier):
        top.append(Item("the-one-question", ItemType.BOOLEAN, draw(texts)))
    return Questionnaire(
        url=draw(st.just("") | st.just("https://clinic.example/Questionnaire/any")),
        version=draw(st.just("") | codes),
        title=draw(texts),
        status=draw(st.sampled_from(("draft", "active", "retired", "unknown"))),
        items=tuple(top),
        language=draw(st.sampled_from(("", "en", "es"))),
        copyright=draw(st.just("") | words),
    )


def _with_conditions(draw: st.DrawFn, item: Item, earlier: list[Item]) -> Item:
    if not earlier or not draw(st.booleans()):
        return item
    found = tuple(draw(st.lists(conditions(earlier), min_size=1, max_size=2)))
    behavior = draw(st.sampled_from(EnableBehavior)) if len(found) > 1 else EnableBehavior.ALL
    fields = {name: getattr(item, name) for name in Item.__dataclass_fields__}
    return Item(**{**fields, "enable_when": found, "enable_behavior": behavior})


def values(item: Item) -> st.SearchStrategy[AnswerValue]:
    """Any value that a question allows."""
    match item.type:
        case ItemType.BOOLEAN:
            return st.booleans()
        case ItemType.INTEGER:
            return st.integers(
                -(2**31) if item.lowest is None else int(item.lowest),
                2**31 - 1 if item.highest is None else int(item.highest),
            )
        case ItemType.DECIMAL:
            lowest = Decimal(-9_999) if item.lowest is None else Decimal(item.lowest)
            highest = Decimal(9_999) if item.highest is None else Decimal(item.highest)
            return st.decimals(lowest, highest, places=3, allow_nan=False, allow_infinity=False)
        case ItemType.CHOICE:
            return st.sampled_from([option.code for option in item.options])
        case _:
            longest = min(item.max_length or 40, 40)
            return words.map(lambda text: text[:longest].strip() or "x")


@st.composite
def answered(draw: st.DrawFn, questionnaire: Questionnaire) -> tuple[Answer, ...]:
    """Any answers, given in any order: some questions answered, skipped, declined or left out."""
    given = []
    for item in questionnaire.questions:
        state = draw(st.sampled_from(("answered", "answered", "skipped", "declined", "left out")))
        if state == "answered":
            given.append(Answer.answered(item.link_id, draw(values(item))))
        elif state == "skipped":
            given.append(Answer.skipped(item.link_id))
        elif state == "declined":
            given.append(Answer.declined(item.link_id))
    return tuple(draw(st.permutations(given)))
