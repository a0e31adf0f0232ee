"""Addresses of administration: staff and instruments."""

from __future__ import annotations

from django.urls import URLPattern, path

from alongside.interfaces.admin import instrument_views, staff_views

urlpatterns: list[URLPattern] = [
    path("staff/", staff_views.staff, name="staff"),
    path("staff/add/", staff_views.add, name="staff_add"),
    path("staff/<str:public_id>/", staff_views.member, name="staff_member"),
    path("staff/<str:public_id>/roles/", staff_views.roles, name="staff_roles"),
    path("staff/<str:public_id>/password/", staff_views.password, name="staff_password"),
    path("staff/<str:public_id>/keep-out/", staff_views.keep_out_person, name="staff_keep_out"),
    path("staff/<str:public_id>/let-in/", staff_views.let_in_person, name="staff_let_in"),
    path("staff/<str:public_id>/code/", staff_views.invite, name="staff_invite"),
    path("staff/<str:public_id>/sign-out/", staff_views.sign_out_everywhere, name="staff_sign_out"),
    path("staff/<str:public_id>/supervisor/", staff_views.supervisor, name="staff_supervisor"),
    path(
        "staff/<str:public_id>/supervisor/<int:number>/end/",
        staff_views.end_supervisor,
        name="staff_supervisor_end",
    ),
    path("instruments/", instrument_views.instruments, name="instruments"),
    path("instruments/add/", instrument_views.upload, name="instrument_upload"),
    path("instruments/add/look/", instrument_views.look, name="instrument_look"),
    path("instruments/<int:number>/", instrument_views.instrument, name="instrument"),
    path("instruments/<int:number>/use/", instrument_views.use, name="instrument_use"),
]
