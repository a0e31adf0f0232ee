"""Addresses of the privacy officer's pages, all under `privacy/`."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.privacy import views

urlpatterns = [
    path("", views.privacy, name="privacy"),
    path("limits/<slug:limit_id>/", views.decide_limit, name="decide_limit"),
    path("demands/add/", views.add_demand, name="add_demand"),
    path("demands/<slug:demand_id>/", views.demand, name="demand"),
]
