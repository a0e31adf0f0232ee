"""Addresses of the privacy officer."""

from __future__ import annotations

from django.urls import URLPattern, path

from alongside.interfaces.privacy import views

urlpatterns: list[URLPattern] = [
    path("", views.board, name="privacy"),
    path("questions/<str:public_id>/", views.question, name="privacy_question"),
    path("emergencies/<str:public_id>/", views.emergency, name="privacy_emergency"),
    path("looks/<str:public_id>/", views.flag, name="privacy_flag"),
]
