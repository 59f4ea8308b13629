"""Taking an invitation up, looking at the example, and ending the daily mail without signing in."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, dumps, loads
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tallystick.web.accounts.models import INVITATION_HOLDS, Invitation, Person
from tallystick.web.place import LINK, desk_folder, home, is_example
from tallystick.web.roles import Role

MAIL_OFF = "mail-off"


@require_http_methods(["GET", "POST"])
def invitation(request: Any, token: str) -> Any:
    """Choose a password and become a person. A link that was used, withdrawn or is too old is not there."""
    with transaction.atomic():
        found = Invitation.objects.filter(sha256=Invitation.hash_of(token)).first()
        now = timezone.now()
        if found is None or found.used_at or found.withdrawn_at or now > found.sent_at + INVITATION_HOLDS:
            raise Http404
        errors: list[str] = []
        if request.method == "POST":
            password = request.POST.get("password", "")
            try:
                validate_password(password, Person(email=found.email, name=found.name))
            except ValidationError as error:
                errors = list(error.messages)
            if not errors:
                roles = {Role(role) for role in found.held}
                Person.objects.create_user(found.email, found.name, found.party, roles, password)
                found.used_at = now
                found.save(update_fields=["used_at"])
                return redirect("account_login")
    return render(request, "account/invitation.html", {"invitation": found, "errors": errors})


@require_http_methods(["GET"])
def example(request: Any, token: str) -> Any:
    """Sign an invented person of the example in, once; a home with real data has no such address."""
    root = home().root
    path = desk_folder(root) / LINK
    if not is_example(root) or not path.is_file():
        raise Http404
    kept, _, email = path.read_text(encoding="ascii").strip().partition(" ")
    if not compare_digest(kept, Invitation.hash_of(token)):
        raise Http404
    path.unlink()
    person = get_object_or_404(Person, email=email, is_active=True)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("/")


def mail_off_token(person: Person) -> str:
    """What the one-click link of a mail carries."""
    return dumps(str(person.id), salt=MAIL_OFF)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def mail_off(request: Any, token: str) -> Any:
    """One click ends the daily mail (RFC 8058: mail programs send a POST without a session)."""
    try:
        person = loads(token, salt=MAIL_OFF)
    except BadSignature:
        raise Http404 from None
    done = False
    if request.method == "POST":
        Person.objects.filter(id=person).update(daily_mail=False)
        done = True
    return render(request, "account/mail_off.html", {"done": done})
