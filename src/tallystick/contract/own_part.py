"""The part of a contract that holds for one of its partners, as a text of its own that is read like any other.

What a text says of others is no business of a partner's, so verdicts are judged by this part and bundles show nothing
else. It is cut by structure alone, never by looking for names in sentences:

- of the parties only this one; relief events that speak of others only, and values typed, elections and claims of
  others, are left out;
- what an included text brings stands in the text itself, and there is no `include` any more;
- sites, fees and series that nothing left refers to are left out; so are queues that no programme, clause or charge
  names, and calendars, unless cases of no programme depend on how many calendars there are (no `calendar` in the
  definitions);
- comments are left out: they belong to whoever wrote the file.

All that is left keeps its order and its meaning: clocks, clauses and money come out the same. The part of a part is
the same bytes. What a *sentence* says of others (a title, a note, a definition) is kept as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tallystick.contract.model import Contract
from tallystick.contract.yaml_text import yaml_text
from tallystick.vocabulary.errors import NotFound

Tree = dict[str, Any]


def own_part(contract: Contract, partner: str, filed: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The text for one partner, UTF-8 YAML; raises NotFound for a partner of another contract.

    `filed` are relief events that stand beside the text (`filed_relief`); they follow those of the text.
    """
    if partner not in contract.partner_ids:
        raise NotFound("partner of this contract", partner, contract.partner_ids)
    whole: Tree = contract.original.tree.plain()
    part = {key: value for key, value in whole.items() if key != "include" and value is not None}
    _parties(part, partner)
    if "relief" in part:
        _put(part, "relief", [own for event in part["relief"] if (own := _relief(event, partner)) is not None])
    if filed:
        part["relief"] = [*(part.get("relief") or ()), *(dict(one) for one in filed)]
    if "clauses" in part:
        part["clauses"] = [_typed(clause, partner) for clause in part["clauses"]]
    _amendments(part, lambda change: _change_of(change, partner))
    _unnamed_left_out(part, contract)
    return yaml_text(part).encode()


def own_name(contract: Contract) -> str:
    """The name of that text: the contract's id, because a file may be called after several partners."""
    return f"{contract.contract}.yaml"


def _put(part: Tree, key: str, value: list[Any] | Tree) -> None:
    """Set a section, or take it out where nothing is left of it."""
    if value:
        part[key] = value
    else:
        part.pop(key, None)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


# ---- what is said of one partner ---------------------------------------------------------------------------------


def _parties(part: Tree, partner: str) -> None:
    if part.get("partners"):
        (own,) = [party for party in part["partners"] if party["id"] == partner][:1]
        # In the place of the list, so that the order of keys does not tell that there was one.
        renamed = {("partner" if key == "partners" else key): value for key, value in part.items() if key != "partner"}
        part.clear()
        part.update(renamed, partner=own)


def _relief(event: Tree, partner: str) -> Tree | None:
    named = _listed(event.get("partners"))
    if named and partner not in named:
        return None
    # Of a contract with one partner every event is that partner's: the list would say nothing more.
    return {key: value for key, value in event.items() if key != "partners"}


# Lists inside clauses whose entries may be about one partner: values, elections, claims.
_BY_PARTNER = ("typed", "elections", "claimed")


def _typed(clause: Tree, partner: str) -> Tree:
    own = dict(clause)
    for key in _BY_PARTNER:
        if isinstance(clause.get(key), list):
            own[key] = [value for value in clause[key] if value.get("partner") in (None, partner)]
    return own


def _change_of(change: Tree, partner: str) -> Tree:
    return {
        key: _typed(value, partner) if key in ("set", "add") and isinstance(value, dict) else value
        for key, value in change.items()
    }


def _amendments(part: Tree, kept: Callable[[Tree], Tree | None]) -> None:
    """Each amendment with the changes that `kept` leaves of it; one of which nothing is left is left out."""
    found = []
    for amendment in part.get("amendments") or ():
        changes = [own for change in amendment["changes"] if (own := kept(change)) is not None]
        if changes:
            found.append({**amendment, "changes": changes})
    _put(part, "amendments", found)


# ---- what is named -----------------------------------------------------------------------------------------------


def _unnamed_left_out(part: Tree, contract: Contract) -> None:
    """Take out entries that nothing refers to, before or after any amendment, and the changes of such entries."""
    named = _named(contract.states())
    for section, names in named.items():
        if section in part:
            _put(part, section, {name: entry for name, entry in part[section].items() if name in names})

    def kept(change: Tree) -> Tree | None:
        for kind, section in (("site", "sites"), ("calendar", "calendars"), ("fee", "fees"), ("series", "series")):
            if kind in change and change[kind] not in named.get(section, (change[kind],)):
                return None
        return change

    _amendments(part, kept)


def _named(states: Iterable[Contract]) -> dict[str, set[str]]:
    """What the rest of the text refers to, by section; a section of which all is kept is not there."""
    found: dict[str, set[str]] = {name: set() for name in ("sites", "calendars", "fees", "queues", "series")}
    keeps_calendars = False
    for state in states:
        keeps_calendars |= state.definitions.calendar is None
        found["calendars"] |= {state.definitions.calendar or ""}
        for programme in state.programmes.values():
            found["sites"] |= {programme.site or ""}
            found["calendars"] |= {programme.calendar or ""}
            found["queues"] |= set(programme.queues)
        for clause in state.clauses:
            found["fees"] |= {name for name, _ in clause.fee_references()}
        for charge in state.charges:
            found["fees"] |= {name for name, _ in charge.fee_references()}
            found["calendars"] |= {charge.day_calendar() or ""}
            for role in (*charge.roles(state).values(), *charge.later_roles(state).values()):
                found["calendars"] |= {one.days.calendar for one in role.of if one.days is not None}
                found["queues"] |= {queue for one in role.of for queue in one.population.values_of("queue")}
        found["fees"] |= set(state.billing.fees)
        found["series"] |= {name for name, _ in state.billing.series_references()}
        for counted in state.counted:
            found["queues"] |= set(counted.population.values_of("queue"))
    if keeps_calendars:
        del found["calendars"]
    return found
