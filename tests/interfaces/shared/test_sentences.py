"""How rare something is, in words: at the rarest that is told, everything rarer goes by it."""

from __future__ import annotations

import pytest
from django.utils import translation

from alongside.interfaces.shared.sentences import rarity_sentences
from alongside.methods.vocabulary.natural_frequency import natural_frequency


@pytest.mark.parametrize(
    ("probability", "english", "spanish"),
    [
        (1 / 50, "About 1 in 50 visits look", "Más o menos 1 de cada 50 visitas"),
        (1 / 99, "About 1 in 80 visits look", "Más o menos 1 de cada 80 visitas"),
        (1 / 100, "Fewer than 1 in 100 visits look", "Menos de 1 de cada 100 visitas"),
        (1 / 90_000, "Fewer than 1 in 100 visits look", "Menos de 1 de cada 100 visitas"),
    ],
)
def test_the_rarest_stands_for_all_that_is_rarer(
    probability: float, english: str, spanish: str
) -> None:
    one_in = natural_frequency(probability)
    with translation.override("en"):
        assert rarity_sentences(one_in, 6).startswith(english)
        assert rarity_sentences(one_in, 6).endswith(" by chance. Rests on 6 earlier visits.")
    with translation.override("es"):
        assert rarity_sentences(one_in, 1).startswith(spanish)
