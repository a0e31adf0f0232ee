"""The 33 classes of faults by which clinical and survey software was attacked, and our tests.

Each class stands with where it was seen, and with the tests that hunt it here. Where a class has
no place in this software, `absent` says why, and the tests show that the reason holds.
Sources: the CVE records that are named.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FaultClass:
    """One class: what it is, where it was seen, what hunts it, and why it is absent where it is."""

    number: int
    what: str
    seen: str
    tests: tuple[str, ...]
    absent: str = ""


DOORS = "test_doors.py::"
SOURCE = "test_neighbours_source.py::"
SENT = "test_neighbours_requests.py::"
ONLY_THOSE = f"{DOORS}test_only_those_who_may_get_in"

CLASSES = (
    FaultClass(
        1,
        "a record opened by guessing or changing its id",
        "OpenEMR CVE-2026-27943, CVE-2022-25471, CVE-2022-2824",
        (ONLY_THOSE, f"{DOORS}test_what_one_may_not_see_looks_like_an_address_that_never_was"),
    ),
    FaultClass(
        2,
        "the same record by another door, which nobody closed",
        "OpenEMR CVE-2026-34055 after CVE-2026-25745",
        (
            f"{DOORS}test_no_page_of_others_knows_of_alma",
            "test_looks.py::test_every_page_that_shows_something_of_her_leaves_one_entry",
            "test_outbound.py::test_every_way_out_stands_in_the_table",
        ),
    ),
    FaultClass(
        3,
        "an id in the body that turns making into changing",
        "OpenEMR CVE-2026-25744",
        (f"{SENT}test_no_key_that_no_form_has_changes_what_a_form_does",),
    ),
    FaultClass(
        4,
        "one FHIR resource without its patient's limits",
        "OpenEMR CVE-2026-24487",
        (f"{SOURCE}test_what_is_not_here_is_not_here",),
        absent="There is no FHIR interface and no token for programs.",
    ),
    FaultClass(
        5,
        "the accounting of disclosures read or changed by others",
        "OpenEMR CVE-2022-1459",
        ("../clinic/disclosures/test_gateway.py::test_the_accounting_is_never_changed", ONLY_THOSE),
    ),
    FaultClass(
        6,
        "settings changed by somebody without power over them",
        "OpenEMR CVE-2022-1461",
        (ONLY_THOSE, "test_policy.py::test_nothing_is_allowed_that_no_rule_allows"),
    ),
    FaultClass(
        7,
        "SQL put into the order of a list",
        "OpenEMR CVE-2026-24908",
        (
            f"{SOURCE}test_no_source_of_ours_has_the_fault",
            f"{SENT}test_no_sql_is_run_that_was_sent",
        ),
    ),
    FaultClass(
        8,
        "SQL put in anywhere else",
        "OpenEMR CVE-2021-32104, LimeSurvey CVE-2025-56421",
        (
            f"{SOURCE}test_no_source_of_ours_has_the_fault",
            f"{SENT}test_no_sql_is_run_that_was_sent",
        ),
    ),
    FaultClass(
        9,
        "names of columns and look-ups taken from a request",
        "Django CVE-2025-64459, CVE-2026-1287, CVE-2026-1312",
        (f"{SOURCE}test_no_source_of_ours_has_the_fault",),
    ),
    FaultClass(
        10,
        "words of a client that run in the browser of staff",
        "OpenEMR CVE-2022-24643, LimeSurvey before 6.17.0",
        ("test_stored_xss.py::test_no_words_become_part_of_a_page",),
    ),
    FaultClass(
        11,
        "words in a link that run in the browser of whoever follows it",
        "OpenEMR CVE-2023-2949",
        (f"{SENT}test_nothing_in_a_query_or_a_header_comes_back_as_markup",),
    ),
    FaultClass(
        12,
        "a parameter that keeps a session open",
        "OpenEMR CVE-2026-25476",
        ("../interfaces/shared/test_presence.py::test_nothing_in_a_request_keeps_a_page_open",),
    ),
    FaultClass(
        13,
        "a client's pages without signing in",
        "OpenEMR 2018",
        (ONLY_THOSE, f"{DOORS}test_whoever_holds_a_link_gets_no_further_than_its_form"),
    ),
    FaultClass(
        14,
        "a deed done by a page of another site",
        "OpenEMR CVE-2020-13569",
        (f"{SENT}test_every_deed_needs_the_token_of_its_page",),
    ),
    FaultClass(
        15,
        "an uploaded file that runs",
        "OpenEMR CVE-2020-19364, LimeSurvey CVE-2021-44967",
        (
            f"{SOURCE}test_no_source_of_ours_has_the_fault",
            "test_bad_input.py::test_a_file_that_is_no_instrument_is_refused_with_its_reason",
        ),
        absent="An upload is read as a questionnaire and becomes no file. There are no plugins.",
    ),
    FaultClass(
        16,
        "a path in the name of an upload or a theme",
        "LimeSurvey plugin and theme names",
        (
            f"{SOURCE}test_no_source_of_ours_has_the_fault",
            f"{SENT}test_no_path_leads_out_of_its_folder",
        ),
        absent="No name that somebody gives becomes the name of a file, and nothing is unpacked.",
    ),
    FaultClass(
        17,
        "a path that leads out of its folder",
        "LimeSurvey before 4.1.12",
        (f"{SENT}test_no_path_leads_out_of_its_folder",),
    ),
    FaultClass(
        18,
        "a file for everybody who knows its address",
        "LimeSurvey 2.0 to 2.06",
        (
            ONLY_THOSE,
            "../clinic/disclosures/test_gateway.py::test_a_key_of_somebody_else_opens_nothing",
        ),
    ),
    FaultClass(
        19,
        "requests to where a Host header says",
        "LimeSurvey CVE-2026-63107",
        (f"{SENT}test_no_host_that_a_request_names_is_believed",),
    ),
    FaultClass(
        20,
        "requests to an address that a user gives",
        "HAPI FHIR CVE-2026-34360",
        (f"{SOURCE}test_no_source_of_ours_has_the_fault",),
        absent="The house asks nobody for anything: no code of ours opens a connection for a user.",
    ),
    FaultClass(
        21,
        "credentials sent to an address that begins like the right one",
        "HAPI FHIR CVE-2026-34361",
        (
            f"{SOURCE}test_no_source_of_ours_has_the_fault",
            "../clinic/credentials/test_keys.py::"
            "test_a_passkey_opens_nothing_elsewhere_nor_twice_nor_without_its_lock",
        ),
        absent="No credential leaves. The one address that is compared is that of a passkey.",
    ),
    FaultClass(
        22,
        "credentials sent on after a redirect",
        "HAPI FHIR CVE-2026-34359",
        (f"{SOURCE}test_no_source_of_ours_has_the_fault",),
        absent="No code of ours follows a redirect, because none asks.",
    ),
    FaultClass(
        23,
        "XML that reads files or never ends",
        "FHIR as XML",
        (f"{SOURCE}test_no_source_of_ours_has_the_fault",),
        absent="No XML is read. Questionnaires and records come as JSON.",
    ),
    FaultClass(
        24,
        "data that becomes code when it is read",
        "OpenMRS CVE-2018-19276",
        (f"{SOURCE}test_no_source_of_ours_has_the_fault",),
        absent="Nothing but JSON and TOML is read; sessions are sealed JSON.",
    ),
    FaultClass(
        25,
        "a cell that a spreadsheet runs",
        "LimeSurvey CVE-2019-16184",
        (
            f"{SOURCE}test_every_table_is_written_through_the_one_that_quotes",
            f"{SENT}test_no_cell_of_any_table_begins_like_a_formula",
        ),
    ),
    FaultClass(
        26,
        "a link of ours that leads to another site",
        "LimeSurvey before 6.16.11",
        (
            "test_secrecy.py::test_nobody_is_sent_to_another_site",
            f"{SENT}test_no_address_leads_elsewhere",
        ),
    ),
    FaultClass(
        27,
        "redirects without an end",
        "LimeSurvey CVE-2025-41075",
        (f"{SENT}test_no_way_goes_in_circles",),
    ),
    FaultClass(
        28,
        "answers that tell who is known here",
        "LimeSurvey CVE-2019-16180, Django CVE-2025-13473",
        (
            "test_enumeration.py::test_a_door_does_not_tell_who_belongs_here",
            "test_secrecy.py::test_one_who_guesses_is_stopped_and_the_owner_elsewhere_is_not",
        ),
    ),
    FaultClass(
        29,
        "an installer that stays open",
        "LimeSurvey VCSA-5",
        (
            f"{SOURCE}test_what_is_not_here_is_not_here",
            "../interfaces/cli/test_commands.py::"
            "test_init_makes_a_clinic_that_only_its_owner_can_read",
        ),
        absent="A clinic is made on the command line, once. No address makes one.",
    ),
    FaultClass(
        30,
        "a small request that costs much",
        "Django CVE-2025-14550, CVE-2026-1285",
        (
            f"{SENT}test_what_is_twice_as_long_costs_about_twice_as_much",
            "test_bad_input.py::test_ten_megabytes_are_refused_with_a_word_everywhere",
        ),
    ),
    FaultClass(
        31,
        "a field that no form has, taken all the same",
        "role, therapist and consent set by a body",
        (f"{SENT}test_no_key_that_no_form_has_changes_what_a_form_does",),
    ),
    FaultClass(
        32,
        "words that a program takes for orders, or a page for links",
        "transcript summarisers",
        (
            f"{SOURCE}test_what_is_not_here_is_not_here",
            "test_stored_xss.py::test_no_words_become_part_of_a_page",
        ),
        absent="No model reads anybody's words, and no page makes links or formatting of them.",
    ),
    FaultClass(
        33,
        "row rules of the database that leak",
        "PostgreSQL CVE-2024-10976, CVE-2025-8713",
        (f"{SOURCE}test_what_is_not_here_is_not_here",),
        absent="Alongside does not run on PostgreSQL.",
    ),
)
