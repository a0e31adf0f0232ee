"""What clients of the demo clinic write, and what their therapists say will change.

Written for Alongside; nobody has said these sentences.
"""

from __future__ import annotations

from typing import Final

from alongside.lab.synthetic_clinic import Words

OPEN_WORDS: Final[dict[str, tuple[Words, ...]]] = {
    "en": (
        Words(
            "Start with how I slept. It decides my whole day.",
            "I will ask about sleep first.",
        ),
        Words(
            "A bit more quiet. I need time before I answer.",
            "I will count to ten before I speak again.",
        ),
        Words("I want to plan the holidays. My family will all drink."),
        Words(
            "Tell me what you write down while I talk.",
            "My notes lie between us now, and you can read them.",
        ),
        Words("It was good today. Please keep the short walk."),
        Words(
            "The homework was too much on top of work.",
            "One small thing a week instead of three.",
        ),
        Words("More about work, less about when I was a child."),
        Words(
            "Could I come a little later? The bus is always late.",
            "We begin at a quarter past from next week on.",
        ),
        Words(
            "I would like my sister to come along once.", "She is welcome on the visit you pick."
        ),
        Words("I did not know how to bring up the money thing."),
        Words(
            "Use simple words. I lose the thread.",
            "I will say it in plain words and check that it made sense.",
        ),
        Words("I left lighter than I came. More of that."),
        Words("Help me make the phone call next time.", "We will make the call together."),
        Words(
            "Say when there are ten minutes left.", "I will tell you ten minutes before the end."
        ),
        Words("I had an urge on the way here and I did not tell you."),
    ),
    "es": (
        Words(
            "Prefiero empezar por la semana y dejar el pasado para el final.",
            "Empezamos por la semana, siempre.",
        ),
        Words("Me gustó la caminata. Repetimos."),
        Words(
            "Hablar más despacio, por favor.",
            "Hablaré más despacio. Dime si se me olvida.",
        ),
        Words("Quiero contar lo de mi trabajo, me da vergüenza."),
        Words(
            "Traer a mi hermano un día.",
            "Claro que sí. Dime qué día le viene bien.",
        ),
        Words("Me fui con menos peso. Gracias por la paciencia."),
        Words(
            "Un papel con lo que acordamos.",
            "Te doy una hoja con dos líneas al salir.",
        ),
    ),
}

HELPED: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Calling my cousin before the evening got long.",
        "The walk by the river.",
        "Going to bed early, twice.",
        "The card in my pocket.",
        "Saying no once and nothing bad happened.",
        "Cooking for my kids.",
    ),
    "es": (
        "Llamar a mi prima antes de la noche.",
        "Salir a caminar por el parque.",
        "Cocinar con mi hija.",
        "Decir que no, y no pasó nada.",
    ),
}

TALKED_NOTES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "I asked what had been different. We changed the pace.",
        "We looked at the ratings together and spoke about the last visit.",
        "I said that I had missed something. It cleared the air.",
    ),
    "es": (
        "Pregunté qué había pasado. Cambiamos el ritmo.",
        "Miramos juntos la visita anterior y lo hablamos.",
    ),
}

OWN_GOALS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "No drinks from Monday to Thursday.",
        "Not using at all, one day at a time.",
        "At most two beers, and never alone.",
        "Keep my job and my licence.",
        "Use less until the baby comes, then none.",
        "",
    ),
    "es": (
        "No beber entre semana.",
        "Estar un mes sin consumir.",
        "Como mucho dos cervezas, y nunca a solas.",
        "",
    ),
}
