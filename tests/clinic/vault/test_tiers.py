"""Every column says how secret it is; one that does not stops the house."""

from __future__ import annotations

import pytest
from django.core.checks import Error
from django.db import models

from alongside.clinic.people.models import Care, Client
from alongside.clinic.vault.tiers import Tier, check_tiers, columns, tier_of


def test_every_column_declares_its_tier() -> None:
    assert check_tiers() == []
    tiers = {tier_of(column) for column in columns()}
    assert tiers == set(Tier)


def test_a_column_that_declares_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Care, "clear", ("client", "therapist", "starts_on"))
    (problem,) = check_tiers()
    assert isinstance(problem, Error)
    assert (problem.id, "people.Care.ends_on" in problem.msg) == ("vault.E001", True)


def test_a_name_of_no_column_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "clear", (*Client.clear, "shoe_size", "display_name"))
    assert [problem.id for problem in check_tiers()] == ["vault.E002", "vault.E002"]


def test_words_and_values_of_people_are_never_in_the_clear() -> None:
    free_text = {
        f"{column.model._meta.label}.{column.name}"
        for column in columns()
        if tier_of(column) is Tier.CLEAR
        and isinstance(column, models.TextField | models.JSONField | models.FloatField)
    }
    assert free_text == {
        "alliance.AllianceSeries.population",  # what was learned of ten clients and more
        "alliance.LearnedPopulation.parameters",
        "alliance.LearnedPopulation.facts",
        # A supervisor's wish, and what came of it for the clinic.
        *(
            f"alliance.AlarmBudget.{name}"
            for name in ("prompts_a_week", "visits_a_week", "threshold")
        ),
        "progress.LearnedCourse.parameters",  # of fifty clients and more, else assumed
        "progress.LearnedCourse.facts",
        "engagement.LearnedHazard.parameters",  # of fifty clients and more
        "engagement.LearnedHazard.facts",
        # Kinds of things, purposes and names of legal texts, never anybody's words.
        *(f"consent.Consent.{name}" for name in ("segments", "purposes", "statements")),
        *(f"disclosures.Disclosure.{name}" for name in ("segments", "legal_texts", "consents")),
        "disclosures.Disclosure.formats",
        *(f"disclosures.RestrictionRequest.{name}" for name in ("segments", "purposes")),
        "disclosures.LegalDemand.segments",
        "audit.AuditCheckpoint.note",  # how many entries, a hash, a moment and a signature
        "instruments.InstrumentVersion.attestation",
        "instruments.InstrumentVersion.document",
        "instruments.InstrumentVersion.scoring",
        "mfa.Authenticator.data",  # public halves of keys, and the names of sealed secrets
        "transparency.Flag.usual",  # how many records a member of staff opens on a median day
    }
