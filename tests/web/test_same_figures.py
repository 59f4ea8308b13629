"""Every figure on every page is the command line's, and the page says what its twin holds: walked, not listed."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tallystick.web.figure import Figure
from tallystick.web.page import Asked, twin
from tallystick.web.table import Table
from tests.journeys.command_line import tally
from tests.web import probes
from tests.web.mutation.desk import fill
from tests.web.mutation.probing import filled

# What a verdict is called in a twin, and in the command line's list.
SAID = {"value": "value", "outcome": "outcome", "n": "n", "unit": "unit", "provenance": "provenance"}


@pytest.mark.parametrize("who", ["owner", "aurora"])
def test_every_figure_of_every_page_is_the_command_lines_and_the_page_writes_it(
    who: str, sign_in: Callable[..., Any], room_of: Callable[[str], Any], prepared: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    fill()
    answer = tally("list", "verdicts", "--json", "--home", prepared.parent.parent)
    assert answer.code == 0, answer.err
    told = {one["id"]: one for one in answer.json}
    client, room, counted = sign_in(who), room_of(who), Counter[str]()
    for name, page in probes.pages():
        if not room.actor.may(page.roles):
            continue
        path = filled(page, probes.of_partner("aurora").by_part)
        data = client.get(f"/{path}.json")
        if data.status_code == 404:
            continue  # an order to judge is the client's own
        for said in with_verdict(data.json()):
            known = told[said["verdict"]]
            for key, theirs in SAID.items():
                if key in said and not (key == "n" and said["n"] == 0 and known["n"] is None):
                    assert said[key] == known[theirs], (name, said["verdict"], key)
                    counted[f"{name} by the command line"] += 1
        body = html.unescape(re.sub(r"<[^>]*>", " ", client.get(f"/{path}").content.decode()))
        written = re.sub(r"\s+", " ", body)
        gathered = page.gather(room, Asked(parts_of(page, path), {}))
        # What depends on the clock (how long is left) may move between two requests.
        assert without_clock(twin(gathered)) == without_clock(data.json()), name
        # A table that the page does not draw is for its twin and the export: a history over all periods.
        drawn = {key: one for key, one in gathered.items() if not isinstance(one, Table) or str(one.caption) in written}
        for value in shown(drawn):
            assert value in written, (name, value)
            counted[f"{name} in words"] += 1
    with capsys.disabled():
        print(f"\n  figures of {who}: {sum(counted.values())} compared on {len(counted)} ways")  # noqa: T201
    assert sum(counted.values()) >= 100


def with_verdict(data: Any) -> Iterator[Mapping[str, Any]]:
    """Every part of a twin that says of which verdict it speaks."""
    if isinstance(data, Mapping):
        named = data.get("verdict")
        if isinstance(named, str) and "@" in named:
            yield data
        for one in data.values():
            yield from with_verdict(one)
    elif isinstance(data, list):
        for one in data:
            yield from with_verdict(one)


def shown(gathered: Any) -> Iterator[str]:
    """The words of every figure that a page was given, and of every cell of its tables' first pages."""
    if isinstance(gathered, Figure):
        yield gathered.shown
    elif isinstance(gathered, Table):
        for row in gathered.asked({}).rows:
            for column in (one for one in gathered.columns if one.drawn):
                words = html.unescape(re.sub(r"<[^>]*>", " ", str(row[column.key].text)))
                yield from re.sub(r"\s+", " ", words).strip().split("  ")
    elif isinstance(gathered, Mapping):
        for one in gathered.values():
            yield from shown(one)
    elif isinstance(gathered, list | tuple):
        for one in gathered:
            yield from shown(one)


def parts_of(page: Any, path: str) -> dict[str, str]:
    """The parts of a page's path, as the router takes them out of an address."""
    one = r"<(?:(\w+):)?(\w+)>"
    pattern = re.sub(one, lambda part: f"(?P<{part[2]}>{'.+' if part[1] == 'path' else '[^/]+'})", page.path)
    found = re.fullmatch(pattern, path)
    assert found is not None, (page.path, path)
    return found.groupdict()


def without_clock(data: Any) -> Any:
    """A twin without instants of reading, how much time is left in words and in days, and room on the disk."""
    text = re.sub(r"(_mb|'left)': -?\d+", r"\1", repr(data))
    text = re.sub(r"\d+ (days?|h|min|s)\b[^',\"]*", "time", text)
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?", "now", text)
