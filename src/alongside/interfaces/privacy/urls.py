"""Addresses of the privacy officer."""

from __future__ import annotations

from django.urls import URLPattern, path

from alongside.interfaces.privacy import erasure_views, sharing_views, views

urlpatterns: list[URLPattern] = [
    path("", views.board, name="privacy"),
    path("questions/<str:public_id>/", views.question, name="privacy_question"),
    path("emergencies/<str:public_id>/", views.emergency, name="privacy_emergency"),
    path("looks/<str:public_id>/", views.flag, name="privacy_flag"),
    path("sharing/", sharing_views.sharing, name="privacy_sharing"),
    path("limits/<str:public_id>/", sharing_views.decide_limit, name="decide_limit"),
    path("sharing/demands/", sharing_views.add_demand, name="add_demand"),
    path("demands/<str:public_id>/", sharing_views.demand, name="demand"),
    path("wishes/", erasure_views.add_wish, name="add_wish"),
    path("wishes/<str:public_id>/", erasure_views.forget, name="forget"),
]
