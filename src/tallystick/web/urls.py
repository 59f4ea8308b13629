"""Every address of the control room, made from the pages and the actions that there are."""

from __future__ import annotations

from django.urls import include, path

from tallystick import registry
from tallystick.web import answers, errors
from tallystick.web.page import CATALOGUE, Page

handler400 = errors.bad
handler403 = errors.refused
handler404 = errors.not_there
handler500 = errors.bug


def _of_page(name: str, page: Page) -> list[object]:
    """A page, its data and its tables: `/partner/aurora`, `/partner/aurora.json`, `/partner/aurora.csv?table=cases`."""
    return [
        route
        for one in filter(None, (page.short, page.path))  # a case's id may hold slashes: the short path is tried first
        for route in (
            path(f"{one}.json", answers.data, {"name": name}, name=f"{name}.json"),
            path(f"{one}.csv", answers.rows, {"name": name}, name=f"{name}.csv"),
            *(
                path(f"{one}.{ending}", answers.document, {"name": name, "ending": ending}, name=f"{name}.{ending}")
                for ending in page.documents
            ),
            path(one, answers.page, {"name": name}, name=name),
        )
    ]


urlpatterns = [
    path("", answers.home, name="home"),
    path("livez", answers.alive, name="livez"),
    path("readyz", answers.ready, name="readyz"),
    path("do/<slug:name>", answers.act, name="do"),
    path("undo", answers.undo, name="undo"),
    path("account/", include("tallystick.web.accounts.urls")),
    *[route for name, page in registry.load_folder(CATALOGUE, Page).items() for route in _of_page(name, page)],
]
