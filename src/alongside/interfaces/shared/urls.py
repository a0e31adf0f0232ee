"""Addresses that belong to no audience."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.shared import demo, model_cards, policy_reports, views

app_name = "shared"

urlpatterns = [
    path("style/<slug:digest>.css", views.stylesheet, name="stylesheet"),
    path("policy-report/", policy_reports.policy_report, name="policy_report"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("how-signs-are-made/", model_cards.model_cards, name="model_cards"),
    path("gallery/", views.gallery, name="gallery"),
    path("demo/outbox/", demo.outbox, name="demo_outbox"),
]
