"""Addresses of the way in and out."""

from __future__ import annotations

from django.urls import path

from alongside.interfaces.shared.entrance import (
    beginning,
    leaving,
    own_password,
    own_sign_ins,
    second_key,
    sign_in,
    unlocking,
)

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/pin/", sign_in.sign_in_pin, name="sign_in_pin"),
    path("sign-in/passkey/", sign_in.sign_in_passkey, name="sign_in_passkey"),
    path("sign-in/passkey/ask/", sign_in.passkey_to_sign_in, name="passkey_to_sign_in"),
    path("sign-in/code/", sign_in.second_step, name="second_step"),
    path("sign-in/wait/", sign_in.turned_away, name="turned_away"),
    path("begin/", beginning.begin, name="begin"),
    path("begin/choose/", beginning.choose, name="begin_choose"),
    path("begin/choose/pin/", beginning.choose_pin, name="choose_pin"),
    path("begin/choose/password/", beginning.choose_password, name="choose_password"),
    path("begin/choose/passkey/", beginning.choose_passkey, name="choose_passkey"),
    path("begin/choose/passkey/ask/", beginning.passkey_to_choose, name="passkey_to_choose"),
    path("begin/with/<str:code>/", beginning.begin, name="begin_with"),
    path("comeback/", beginning.recover, name="recover"),
    path("keep/", beginning.keep_codes, name="keep_codes"),
    path("key/", second_key.second_key, name="second_key"),
    path("key/passkey/", second_key.add_own_passkey, name="add_own_passkey"),
    path("key/passkey/ask/", second_key.passkey_to_add, name="passkey_to_add"),
    path("unlock/", unlocking.unlock, name="unlock"),
    path("unlock/passkey/", unlocking.unlock_by_passkey, name="unlock_by_passkey"),
    path("kept/", unlocking.give_back, name="give_back"),
    path("kept/<str:public_id>/", unlocking.kept, name="kept_form"),
    path("sign-out/", leaving.sign_out, name="sign_out"),
    path("lock/", leaving.lock, name="lock"),
    path("leave/", leaving.leave, name="leave"),
    path("calendar/", leaving.calendar, name="calendar"),
    path("back/", leaving.come_back, name="come_back"),
    path("me/sign-ins/", own_sign_ins.own_sign_ins, name="own_sign_ins"),
    path("me/sign-ins/others/", own_sign_ins.end_other_sign_ins, name="end_other_sign_ins"),
    path("me/sign-ins/codes/", own_sign_ins.new_printed_codes, name="new_printed_codes"),
    path("me/sign-ins/pin/", own_sign_ins.own_pin, name="own_pin"),
    path("me/sign-ins/password/", own_password.own_password, name="own_password"),
    path("me/sign-ins/keys/<int:number>/", own_sign_ins.remove_own_key, name="remove_own_key"),
    path(
        "me/sign-ins/devices/<str:public_id>/",
        own_sign_ins.forget_own_device,
        name="forget_own_device",
    ),
    path("me/sign-ins/<str:public_id>/", own_sign_ins.end_own_sign_in, name="end_own_sign_in"),
]
