"""Sign-in and what belongs to one's own account. Of allauth's addresses only those that are used here exist."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path

from tallystick.web.accounts import views

urlpatterns = [
    path("sign-in", account.login, name="account_login"),
    path("sign-out", account.logout, name="account_logout"),
    path("sign-in/code", mfa.authenticate, name="mfa_authenticate"),
    path("confirm", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("password", account.password_change, name="account_change_password"),
    path("password/forgotten", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent", account.password_reset_done, name="account_reset_password_done"),
    path("password/new/<uidb36>-<key>", account.password_reset_from_key, name="account_reset_password_from_key"),
    path("password/new/done", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("switched-off", account.account_inactive, name="account_inactive"),
    path("second-factor", mfa.index, name="mfa_index"),
    path("second-factor/app", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/off", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/file", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sessions", sessions.list_usersessions, name="usersessions_list"),
    path("invitation/<str:token>", views.invitation, name="invitation"),
    path("example/<str:token>", views.example, name="example"),
    path("mail/off/<str:token>", views.mail_off, name="mail_off"),
]
