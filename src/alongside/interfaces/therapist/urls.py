"""Addresses of a therapist's pages, all under `caseload/`."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.therapist import (
    away,
    correcting,
    deeds,
    emergencies,
    outreach,
    own_part,
    sealed_notes,
    sharing_views,
    signals,
    views,
)

urlpatterns = [
    path("", views.caseload, name="caseload"),
    path("own-part/", own_part.own_part, name="own_part"),
    path("away/", away.away, name="away"),
    path("away/<int:number>/end/", away.end, name="end_cover"),
    path("cover/<slug:client_id>/", away.cover_record, name="cover_record"),
    path("clients/<slug:client_id>/give-away/", away.give_away, name="give_away"),
    path("emergency/", emergencies.ask, name="emergency"),
    path("emergency/<slug:emergency_id>/", emergencies.record, name="emergency_record"),
    path("clients/<slug:client_id>/", views.client_record, name="client_record"),
    path("clients/<slug:client_id>/sign-in/", deeds.invite_client, name="invite_client"),
    path("clients/<slug:client_id>/reached-out/", outreach.reached_out, name="reached_out"),
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
    path(
        "clients/<slug:client_id>/signals/rest/", signals.set_aside_signal, name="set_aside_signal"
    ),
    path("clients/<slug:client_id>/signals/useful/", signals.signal_useful, name="signal_useful"),
    path("signals/<slug:set_aside_id>/take-up/", signals.take_up_signal, name="take_up_signal"),
    path("visits/<slug:visit_id>/before/", views.before_visit, name="before_visit"),
    path("visits/<slug:visit_id>/after/", views.after_visit, name="after_visit"),
    path("visits/<slug:visit_id>/words/", deeds.answer_words, name="answer_words"),
    path("visits/<slug:visit_id>/state/", deeds.set_state, name="visit_state"),
    path("visits/<slug:visit_id>/rating/", deeds.rate, name="own_rating"),
    path("visits/<slug:visit_id>/code/", deeds.kiosk_code, name="kiosk_code"),
    path("visits/<slug:visit_id>/hand-over/", deeds.hand_over, name="hand_over"),
    path("visits/<slug:visit_id>/paper/", views.paper, name="paper_entry"),
    path("visits/<slug:visit_id>/correct/", correcting.correct_paper, name="correct_paper"),
    path("clients/<slug:client_id>/sharing/", sharing_views.client_sharing, name="client_sharing"),
    path(
        "clients/<slug:client_id>/emergency/", sharing_views.give_emergency, name="give_emergency"
    ),
    path("consents/<slug:consent_id>/give/", sharing_views.give, name="give"),
    path("consents/<slug:consent_id>/end/", sharing_views.end_consent, name="end_consent"),
    path("consents/<slug:consent_id>/set-aside/", sharing_views.set_aside, name="set_aside"),
    path("demands/<slug:demand_id>/give/", sharing_views.give_by_order, name="give_by_order"),
]
