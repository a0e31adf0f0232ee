"""Addresses of a therapist's pages, all under `caseload/`."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.therapist import deeds, emergencies, sealed_notes, views

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("emergency/", emergencies.ask, name="emergency"),
    path("emergency/<slug:emergency_id>/", emergencies.record, name="emergency_record"),
    path("clients/<slug:client_id>/", views.client_record, name="client_record"),
    path("clients/<slug:client_id>/sign-in/", deeds.invite_client, name="invite_client"),
    path("clients/<slug:client_id>/book/", views.book, name="book_visit"),
    path(
        "clients/<slug:client_id>/supervision/",
        deeds.set_supervision,
        name="open_to_supervision",
    ),
    path("clients/<slug:client_id>/notes/", sealed_notes.notes, name="sealed_notes"),
    path("clients/<slug:client_id>/notes/key/", sealed_notes.make_key, name="sealing_key"),
    path(
        "clients/<slug:client_id>/notes/<slug:note_id>/save",
        sealed_notes.save_note,
        name="save_sealed_note",
    ),
    path("notes/<slug:note_id>/close/", sealed_notes.close_note, name="close_sealed_note"),
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
