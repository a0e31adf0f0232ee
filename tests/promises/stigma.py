"""Words that hurt, in English and Spanish: what no page, message or label may say.

Terms match whole words only. English terms: NIDA, Words Matter: terms to use and avoid when
talking about addiction, 2021; ISAJE, Addiction terminology statement, 2015; for suicide: WHO,
Preventing suicide, a resource for media professionals, 2023. Spanish terms: the same notions, in
the words that are used there.
"""

from __future__ import annotations

import re

STIGMA_EN = (
    r"(?:ex-)?addicts?", r"addicted", r"addictive personalit(?:y|ies)", r"crack ?(?:babies|baby)",
    r"abus(?:e|es|ed|er|ers|ing|ive)", r"misusers?",
    r"(?:drug|substance|alcohol|opioid|heroin|cocaine|crack|meth|injecting) users?",
    r"junkies?", r"druggies?", r"crack ?heads?", r"meth ?heads?", r"tweakers?", r"stoners?",
    r"pot ?heads?", r"dope ?fiends?", r"alcoholics?", r"alcoholism", r"drunks?", r"drunkards?",
    r"winos?", r"boozers?", r"habits?", r"clean", r"dirty", r"relaps(?:e|es|ed|er|ers|ing)",
    r"non-?complian(?:t|ce)", r"non-?adheren(?:t|ce)", r"uncooperative", r"unmotivated",
    r"treatment[- ]resistant", r"in denial", r"manipulative", r"attention[- ]seeking",
    r"hit(?:ting)? rock bottom", r"falls? off the wagon", r"fell off the wagon",
    r"(?:medication[- ]assisted treatment|substitution therapy|replacement therapy)",
    r"suffer(?:s|ed|ing)? from", r"victims? of", r"the mentally ill", r"crazy", r"lunatics?",
    r"commit(?:s|ted|ting)? suicide", r"(?:failed|successful|completed) suicide(?: attempt)?",
    r"fail(?:ed|s|ing)? (?:a |the |your )?(?:drug |urine )?(?:test|treatment|programme|program)",
)  # fmt: skip
STIGMA_ES = (
    r"(?:ex-?)?adict[oa]s?", r"toxic[óo]man[oa]s?", r"toxicoman[íi]as?", r"drogadict[oa]s?",
    r"drogadicci[óo]n", r"drogodependientes?", r"drogat[ao]s?", r"yonquis?", r"pastiller[oa]s?",
    r"porrer[oa]s?", r"farloper[oa]s?", r"alcoh[óo]lic[oa]s?", r"alcoholismo", r"borrach[oa]s?",
    r"borracher[oa]s?", r"enganchad[oa]s?", r"limpi[oa]s?", r"suci[oa]s?", r"reca[íi]das?",
    r"reca(?:er|e|en|yó|yeron|ído|ída)", r"reincidentes?",
    r"abus(?:os?|ar|an?|ó|ad[oa]|ador(?:a|es|as)?)",
    r"(?:usuari[oa]|consumidora?)(?:e?s)? de (?:drogas?|sustancias|alcohol|hero[íi]na|coca[íi]na)",
    r"vici(?:os?|os[oa]s?)", r"h[áa]bito de (?:consumo|drogas?)", r"incumplidor(?:a|es|as)?",
    r"no (?:cumplidor|adherente|colaborador)(?:a|es|as|s)?", r"desmotivad[oa]s?",
    r"manipulador(?:a|es|as)?",
    r"en negaci[óo]n", r"tocar fondo", r"tratamiento sustitutivo", r"sufr(?:e|en|ir|iendo) de",
    r"v[íi]ctimas? de", r"enferm[oa]s? mental(?:es)?", r"loc[oa]s?",
    r"comet(?:er|e|ió|ido) suicidio",
    r"(?:intento (?:fallido|exitoso)|suicidio (?:fallido|consumado|exitoso))",
)  # fmt: skip


def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    # A hyphen or an underscore joins: "clean-up" and `clean_total` hold no word "clean".
    return re.compile(rf"(?<![\w])(?<!-)(?:{'|'.join(terms)})(?![\w])(?!-\w)", re.IGNORECASE)


STIGMA = {"en": _any_of(STIGMA_EN), "es": _any_of(STIGMA_ES)}


def stigma_in(text: str, *languages: str) -> list[str]:
    """The terms in a text that hurt, in the languages named, or in all when none is named."""
    return [
        match[0]
        for language in languages or tuple(STIGMA)
        for match in STIGMA[language].finditer(text)
    ]
