"""Addresses of those who look after therapists."""

from __future__ import annotations

from django.urls import URLPattern, path

from alongside.interfaces.supervisor import left, prompts, views

urlpatterns: list[URLPattern] = [
    path("", views.board, name="supervision"),
    path("left/", left.left, name="care_left"),
    path("left/<int:number>/", left.give, name="care_left_give"),
    path("prompts/", prompts.prompts, name="supervision_prompts"),
    path("waiting/<str:public_id>/", views.waiting, name="supervision_waiting"),
    path("waiting/<str:public_id>/note/", views.note, name="supervision_note"),
    path("waiting/<str:public_id>/answer/", views.answer, name="supervision_answer"),
    path("opened/<str:therapist_key>/<str:client_key>/", views.opened, name="supervision_opened"),
]
