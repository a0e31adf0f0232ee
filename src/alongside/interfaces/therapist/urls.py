"""Addresses of a therapist's pages, all under `caseload/`."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.therapist import deeds, views

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("clients/<slug:client_id>/", views.client_record, name="client_record"),
    path("clients/<slug:client_id>/sign-in/", deeds.invite_client, name="invite_client"),
    path("clients/<slug:client_id>/book/", views.book, name="book_visit"),
    path(
        "clients/<slug:client_id>/supervision/",
        deeds.set_supervision,
        name="open_to_supervision",
    ),
    path("repairs/<slug:repair_id>/talked-about/", deeds.talked_about, name="talked_about"),
    path("visits/<slug:visit_id>/before/", views.before_visit, name="before_visit"),
    path("visits/<slug:visit_id>/after/", views.after_visit, name="after_visit"),
    path("visits/<slug:visit_id>/words/", deeds.answer_words, name="answer_words"),
    path("visits/<slug:visit_id>/state/", deeds.set_state, name="visit_state"),
    path("visits/<slug:visit_id>/rating/", deeds.rate, name="own_rating"),
    path("visits/<slug:visit_id>/code/", deeds.kiosk_code, name="kiosk_code"),
    path("visits/<slug:visit_id>/hand-over/", deeds.hand_over, name="hand_over"),
    path("visits/<slug:visit_id>/paper/", views.paper, name="paper_entry"),
]
