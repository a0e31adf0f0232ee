"""What can be wrong with an instrument, with its scoring, or with one answer."""

from __future__ import annotations

from alongside.methods.vocabulary.errors import AlongsideError


class InvalidInstrument(AlongsideError):
    """This instrument cannot be used."""


class InvalidQuestionnaire(InvalidInstrument):
    """The questionnaire cannot be used. At {path}: {problem}"""


class InvalidScoring(InvalidInstrument):
    """The scoring file cannot be used. At {path}: {problem}"""


class NotJson(InvalidQuestionnaire, InvalidScoring):
    """The file is not valid JSON, line {line}, column {column}: {problem}"""


class NotText(InvalidQuestionnaire, InvalidScoring):
    """The file is not UTF-8 text: byte {position} cannot be read. Save it as UTF-8."""


class NotADocument(InvalidQuestionnaire, InvalidScoring):
    """The file must hold one JSON object, and this one holds {found}."""


class DuplicateKey(InvalidQuestionnaire, InvalidScoring):
    """The key "{key}" stands twice in the same JSON object. Keep one of them."""


class NotANumber(InvalidQuestionnaire, InvalidScoring):
    """The number {number} cannot be kept exactly. Write at most 18 digits; NaN and Infinity
    are not numbers.
    """


class UnreadableCharacter(InvalidQuestionnaire, InvalidScoring):
    """The text "{text}" holds a control character or half a character. Remove it."""


class TooLarge(InvalidQuestionnaire, InvalidScoring):
    """The file has {size} bytes, and at most {limit} are allowed."""


class TooDeep(InvalidQuestionnaire, InvalidScoring):
    """The file is nested more than {limit} levels deep at {path}. Make it flatter."""


class TooManyItems(InvalidQuestionnaire):
    """The questionnaire has more than {limit} items. Split it."""


class DuplicateLinkId(InvalidQuestionnaire):
    """The linkId "{link_id}" stands twice, again at {path}. Every item needs its own."""


class UnsupportedPart(InvalidQuestionnaire):
    """At {path}: {what} is not supported. {instead}"""


class UnknownConditionItem(InvalidQuestionnaire):
    """At {path}: enableWhen waits for "{question}", and no question has that linkId."""


class ConditionCycle(InvalidQuestionnaire):
    """The enableWhen conditions of {link_ids} wait for each other, so none of them could
    ever be shown.
    """


class WeightNotANumber(InvalidQuestionnaire):
    """At {path}: the weight {weight} of an option must be a number (valueDecimal)."""


class RangeReversed(InvalidQuestionnaire):
    """At {path}: minValue {lowest} is above maxValue {highest}."""


class InvalidAnswer(AlongsideError):
    """This answer cannot be used."""


class UnknownItem(InvalidAnswer):
    """The questionnaire has no question "{link_id}"."""


class BlankAnswer(InvalidAnswer):
    """Question "{link_id}" has no answer. Leave it out, or say that it was skipped."""


class DuplicateAnswer(InvalidAnswer):
    """Question "{link_id}" has two answers, and only one can count."""


class OutOfRange(InvalidAnswer):
    """The answer {value} to question "{link_id}" must be from {lowest} to {highest}."""


class WrongType(InvalidAnswer):
    """The answer "{value}" to question "{link_id}" must be {expected}."""


class NotAnOption(InvalidAnswer):
    """The answer "{value}" to question "{link_id}" must be one of: {options}."""


class TooLong(InvalidAnswer):
    """The answer to question "{link_id}" has {length} characters, and at most {limit} are
    allowed.
    """
