"""From a request to an answer: find the page or deed, open the room, answer as HTML, JSON or CSV."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from itertools import chain
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tallystick import registry
from tallystick.vocabulary.errors import Ambiguous, NotFound
from tallystick.web import errors
from tallystick.web.accounts.access import room_of
from tallystick.web.page import CATALOGUE, Asked, Page, is_long, tables, twin, twin_parts
from tallystick.web.perform import deeds, perform, undo_token
from tallystick.web.perform import undo as take_back
from tallystick.web.refusal import NotNow, Refused, Stranger
from tallystick.web.roles import CLIENT_ROLES, PARTNER_ROLES
from tallystick.web.room import Room
from tallystick.web.table import AT_ONCE, Table

View = Callable[..., Any]


def behind_the_door(view: View) -> View:
    """Give a view its room. Strangers are led to the sign-in, whatever they asked for; refusals become pages."""

    @wraps(view)
    def opened(request: Any, *parts: Any, **named: Any) -> Any:
        try:
            room = room_of(request)
        except Stranger:
            return _to_sign_in(request)
        request.room = room
        with room.opened():
            try:
                return view(request, room, *parts, **named)
            except Refused:
                return errors.refused(request)
            except (NotFound, Http404):
                return errors.not_there(request)
            except Ambiguous as several:
                return errors.several(request, several)

    return opened


def _to_sign_in(request: Any) -> Any:
    if request.path.endswith((".json", ".csv")):
        return JsonResponse({"error": {"status": 401, "title": _("Sign in first")}}, status=401)
    from django.contrib.auth.views import redirect_to_login

    return redirect_to_login(request.get_full_path())


# ---- pages -------------------------------------------------------------------------------------------------------


def _page(room: Room, name: str) -> Page:
    page = registry.load_folder(CATALOGUE, Page)[name]
    if not room.actor.may(page.roles):
        # A page of the other side is not there; one of the own side is refused.
        own = any(_same_side(room, role) for role in page.roles)
        if own:
            raise Refused(page.title)
        raise Http404
    return page


def _same_side(room: Room, role: Any) -> bool:
    return role in (CLIENT_ROLES if room.actor.of_client else PARTNER_ROLES)


def _gathered(request: Any, room: Room, name: str, parts: Mapping[str, str]) -> tuple[Page, dict[str, Any]]:
    page = _page(room, name)
    return page, page.gather(room, Asked(parts, {key: request.GET[key] for key in request.GET}))


@require_safe
@behind_the_door
def home(request: Any, room: Room) -> Any:
    """The first page of the menu that this person may see."""
    for name, page in menu(room):
        return redirect(name) if "<" not in page.path else errors.not_there(request)
    return errors.refused(request)


def menu(room: Room) -> list[tuple[str, Page]]:
    """The pages of the menu for this person, in order."""
    found = [
        (name, page)
        for name, page in registry.load_folder(CATALOGUE, Page).items()
        if page.order is not None and room.actor.may(page.roles)
    ]
    return sorted(found, key=lambda one: (one[1].order or 0, one[0]))


def grouped(room: Room, group: str) -> list[tuple[str, Page]]:
    """The pages of a group that this person may see, in order; none without a group."""
    found = [
        (name, page)
        for name, page in registry.load_folder(CATALOGUE, Page).items()
        if group and page.group == group and room.actor.may(page.roles)
    ]
    return sorted(found, key=lambda one: (one[1].place, one[0]))


@require_safe
@behind_the_door
def page(request: Any, room: Room, name: str, **parts: str) -> Any:
    """A page as HTML."""
    found, gathered = _gathered(request, room, name, parts)
    query = request.GET.dict()
    shown = {key: value.asked(query) if isinstance(value, Table) else value for key, value in gathered.items()}
    around = {"page": found, "page_name": name, "group": grouped(room, found.group)}
    return render(request, f"pages/{name}.html", {**shown, **around})


@require_safe
@behind_the_door
def data(request: Any, room: Room, name: str, **parts: str) -> Any:
    """A page as JSON: the same answer."""
    _, gathered = _gathered(request, room, name, parts)
    if is_long(gathered):
        # Sent after the room is closed: what is left to read lies in memory.
        return StreamingHttpResponse(twin_parts(gathered), content_type="application/json")
    return JsonResponse(twin(gathered), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
@behind_the_door
def rows(request: Any, room: Room, name: str, **parts: str) -> Any:
    """A table of a page as CSV, sorted and filtered as asked, all of its rows."""
    _, gathered = _gathered(request, room, name, parts)
    found = tables(gathered)
    wanted = request.GET.get("table") or next(iter(found), "")
    if wanted not in found:
        raise Http404
    asked = found[wanted].asked(request.GET.dict(), paged=False)
    made = StreamingHttpResponse if len(asked.rows) > AT_ONCE else HttpResponse
    response = made(chain(["\ufeff"], asked.csv_parts()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{wanted}.csv"'
    return response


MEDIA = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@behind_the_door
def document(request: Any, room: Room, name: str, ending: str, **parts: str) -> Any:
    """A file that a page gives, to be kept: never shown inside the control room itself."""
    made = _page(room, name).documents[ending](room, Asked(parts, {key: request.GET[key] for key in request.GET}))
    response = HttpResponse(made.content, content_type=MEDIA[ending])
    response["Content-Disposition"] = f'attachment; filename="{slugify(made.name)}.{ending}"'
    return response


# ---- actions -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@behind_the_door
def act(request: Any, room: Room, name: str) -> Any:
    """The form of a deed, and carrying it out. What was typed survives every refusal."""
    what = deeds().get(name)
    if what is None or not any(_same_side(room, role) for role in what.roles):
        raise Http404
    if not room.actor.may(what.roles):
        raise Refused(what.title)
    problem, status = None, 200
    if request.method == "POST":
        form = what.form(request.POST, request.FILES)
        typed_word = request.POST.get("word", "").strip()
        if what.word and typed_word != what.word:
            problem, status = NotNow(_("Type “%(word)s” to confirm.") % {"word": what.word}, what.warning), 422
        elif form.is_valid():
            try:
                done = perform(room, what, form.cleaned_data, request.POST.get("once", "")[:64])
            except NotNow as refusal:
                problem, status = refusal, 409
            else:
                messages.success(request, done.words, extra_tags=undo_token(room, what, done))
                return redirect(done.goto)
        else:
            status = 422
    else:
        given = request.GET.dict()
        form = what.form(initial={**given, **(what.initial(room, given) if what.initial else {})})
    shown = {
        "action": what,
        "form": form,
        "problem": problem,
        "once": request.POST.get("once") or secrets.token_urlsafe(24),
        "back": _back(request),
    }
    return render(request, "do.html", shown, status=status)


@require_POST
@behind_the_door
def undo(request: Any, room: Room) -> Any:
    """Take back what was just done, by the button of its confirmation."""
    try:
        done = take_back(room, request.POST.get("token", ""))
    except NotNow as refusal:
        messages.warning(request, f"{refusal.message} {refusal.cure}")
        return redirect(_back(request))
    messages.success(request, _("Taken back: %(words)s") % {"words": done.words})
    return redirect(done.goto)


def _back(request: Any) -> str:
    """The page that the form was opened from, if it is one of ours."""
    from django.utils.http import url_has_allowed_host_and_scheme

    given = request.POST.get("back") or request.GET.get("back") or "/"
    return given if url_has_allowed_host_and_scheme(given, allowed_hosts=None) else "/"


# ---- health ------------------------------------------------------------------------------------------------------


@require_safe
def alive(request: Any) -> Any:
    """The process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def ready(request: Any) -> Any:
    """The desk's database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready\n", content_type="text/plain")
