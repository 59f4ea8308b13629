"""A table as HTML: sort links, search, pages and cells.

Written here and not in a template, which costs several times as much for a page of cells; and kept with a table that is
itself kept, since most readers ask for the same view.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tallystick.reports.markup import Markup
from tallystick.web.table import PAGE_ROWS, Cell, Column, Table

SEARCHED_FROM = 13
MOST_KEPT = 2


def table_markup(shown: Table, path: str, given: Mapping[str, str]) -> SafeString:
    """A table that `asked` gave, on the page at `path` with the parameters `given`."""
    key = (get_language(), path, *given.items())
    kept = shown.written
    found = kept.get(key)
    if found is None:
        found = SafeString(_listing(shown, path, given))
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[key] = found
    return found


def _listing(shown: Table, path: str, given: Mapping[str, str]) -> str:
    caption = escape(str(shown.caption))
    count = f' <small class="muted">{shown.total}</small>' if shown.total else ""
    found = [f'<div class="listing" id="{escape(shown.name)}">\n<div class="listing-head">\n<h3>{caption}{count}</h3>']
    if shown.words or shown.total >= SEARCHED_FROM:
        found.append(_search(shown, caption, given))
    if shown.total:
        csv = urlencode({**given, "table": shown.name})
        found.append(f'<a class="export" href="{escape(f"{path}.csv?{csv}")}" translate="no">CSV</a>')
    found.append("</div>")
    if shown.rows:
        heads = "".join(_head(shown, column, given) for column in shown.columns if column.drawn)
        found.append(
            f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table class="cards">\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>{body_of(shown)}</tbody>\n</table></div>"
        )
        if shown.pages > 1:
            found.append(_paging(shown, given))
    elif shown.words:
        words = _("Nothing matches “%(words)s”.") % {"words": escape(shown.words)}
        found.append(f'<p class="empty">{words}</p>')
    else:
        found.append(f'<p class="empty">{escape(str(shown.empty or _("Nothing here yet.")))}</p>')
    found.append("</div>")
    return "\n".join(found)


def _address(shown: Table, given: Mapping[str, str], **changed: str) -> str:
    """The page with parameters of this table changed; an empty one is taken away."""
    parts = dict(given)
    for name, value in changed.items():
        key = f"{shown.name}.{name}"
        if value:
            parts[key] = value
        else:
            parts.pop(key, None)
    return escape(f"?{urlencode(parts)}#{shown.name}")


def _search(shown: Table, caption: str, given: Mapping[str, str]) -> str:
    own = {f"{shown.name}.q", f"{shown.name}.page"}
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in given.items()
        if name not in own
    )
    label, search = _("Search in %(what)s") % {"what": caption}, escape(_("Search"))
    return (
        f'<form method="get" role="search" class="search">{kept}<label><span class="unseen">{label}</span>'
        f'<input type="search" name="{escape(shown.name)}.q" value="{escape(shown.words)}" placeholder="{search}">'
        f'</label><button class="quiet">{search}</button></form>'
    )


def _head(shown: Table, column: Column, given: Mapping[str, str]) -> str:
    classes, label = ' class="n"' if column.number else "", escape(str(column.label))
    classes += ' translate="no"' if column.head_as_is else ""
    if not column.sortable:
        return f'<th scope="col"{classes}>{label}</th>'
    falling, here = shown.sort.startswith("-"), shown.sort.lstrip("-") == column.key
    turn = f"-{column.key}" if here and not falling else column.key
    order, arrow = (("descending", " ↓") if falling else ("ascending", " ↑")) if here else ("none", "")
    href = _address(shown, given, sort=turn, page="")
    return f'<th scope="col"{classes} aria-sort="{order}"><a href="{href}">{label}{arrow}</a></th>'


def _paging(shown: Table, given: Mapping[str, str]) -> str:
    first = (shown.page - 1) * PAGE_ROWS + 1
    words = _("%(from)s to %(until)s of %(total)s") % {
        "from": first, "until": first - 1 + len(shown.rows), "total": shown.total,
    }  # fmt: skip
    links = ""
    if shown.page > 1:
        links += f' · <a href="{_address(shown, given, page=str(shown.page - 1))}" rel="prev">{_("before")}</a>'
    if shown.page < shown.pages:
        links += f' · <a href="{_address(shown, given, page=str(shown.page + 1))}" rel="next">{_("next")}</a>'
    return f'<p class="paging">{words}{links}</p>'


def body_of(shown: Table) -> SafeString:
    """The rows of a table as HTML."""
    opened = []
    for place, column in enumerate(one for one in shown.columns if one.drawn):
        start = "td" if place else 'th scope="row"'
        classes = ' class="n"' if column.number else ""
        # Figures are written alike in every language.
        classes += ' translate="no"' if column.number or column.as_is else ""
        classes += " data-label-as-is" if column.head_as_is else ""
        opened.append((column.key, f'<{start} data-label="{escape(str(column.label))}"{classes}>', "dh"[not place]))
    rows = []
    for row in shown.rows:
        cells = [f"{start}{_cell(row[key])}</t{end}>" for key, start, end in opened]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return SafeString("\n".join(rows))


def _cell(cell: Cell) -> str:
    text = _text(cell.text)
    if not cell.href:
        return text
    title = f' title="{escape(str(cell.title))}"' if cell.title else ""
    return f'<a href="{escape(cell.href)}"{title}>{text}</a>'


def _text(value: Any) -> str:
    """Our own markup as it is; whatever else a cell holds is text."""
    return value if isinstance(value, Markup) else escape(str(value))
