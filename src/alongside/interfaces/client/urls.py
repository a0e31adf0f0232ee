"""The client's addresses. What is behind `/f/`, the kiosk and help needs no sign-in."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.client.views import (
    allowing,
    answering,
    help_now,
    home,
    kiosk,
    looks,
    own_record,
    sharing,
)

urlpatterns = [
    path("help/", help_now.help_now, name="help"),
    path("f/<str:token>", answering.feedback),
    path("f/<str:token>/", answering.feedback, name="feedback"),
    path("f/<str:token>/save", answering.save_feedback, name="save_feedback"),
    path("f/<str:token>/thanks/", answering.feedback_thanks, name="feedback_thanks"),
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("kiosk/<str:token>/", kiosk.kiosk_changes, name="kiosk_changes"),
    path("me/", home.home, name="client_home"),
    path("me/who-sees/", home.who_sees, name="who_sees"),
    path(
        "me/who-sees/<str:public_id>/open/",
        home.set_supervision,
        name="own_supervision",
    ),
    path("me/who-looked/", looks.who_looked, name="who_looked"),
    path("me/who-looked/ask/", looks.ask, name="ask_about_record"),
    path("me/who-looked/ask/<str:public_id>/<str:day>/", looks.ask, name="ask_about_look"),
    path("me/graph/", home.graph, name="client_graph"),
    path("me/answers/", home.past_answers, name="past_answers"),
    path("me/answers/<str:public_id>/", home.past_answer, name="past_answer"),
    path("me/forms/<str:public_id>/", answering.client_form, name="client_form"),
    path("me/forms/<str:public_id>/save", answering.save_client_form, name="save_client_form"),
    path(
        "me/forms/<str:public_id>/thanks/", answering.client_form_thanks, name="client_form_thanks"
    ),
    path("me/repairs/<str:public_id>/", home.answer_repair, name="answer_repair"),
    path(
        "me/repairs/<str:public_id>/tell/",
        home.tell_supervisor,
        name="tell_supervisor",
    ),
    path("me/sharing/", sharing.sharing, name="sharing"),
    path("me/sharing/left/", sharing.left, name="left"),
    path("me/sharing/copy/", own_record.own_copy, name="own_copy"),
    path("me/sharing/limits/", own_record.limits, name="limits"),
    path("me/limits/<str:public_id>/end/", own_record.end_limit, name="end_limit"),
    path("me/sharing/forget-me/", own_record.forget_me, name="forget_me"),
    path("me/allow/", allowing.allow, name="allow"),
    path("me/allow/all-care/", allowing.all_care, name="all_care"),
    path("me/allow/<str:public_id>/<str:step>/", allowing.consent_step, name="consent_step"),
    path("me/consents/<str:public_id>/", sharing.consent, name="consent"),
    path("me/consents/<str:public_id>/paper/", sharing.consent_paper, name="consent_paper"),
    path("me/consents/<str:public_id>/take-back/", sharing.take_back, name="take_back"),
]
