"""The JSON Schema of the text, for editors: made from the model and from every kind of clause that is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tallystick.contract.charge import charge_kinds
from tallystick.contract.clause import clause_kinds
from tallystick.contract.model import Contract
from tallystick.contract.section import Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "Tallystick contract"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a contract's text: each clause and charge is one of the kinds in its folder."""
    schema = Contract.model_json_schema(by_alias=True, mode="validation")
    definitions = dict(schema.pop("$defs", {}))
    folders: dict[str, Mapping[str, type[Section]]] = {"clauses": clause_kinds(), "charges": charge_kinds()}
    for key, folder in folders.items():
        kinds = []
        for name, kind in folder.items():
            part = kind.model_json_schema(by_alias=True, mode="validation")
            definitions |= part.pop("$defs", {})
            part["properties"]["kind"] = {"const": name}
            part["required"] = sorted({*part.get("required", ()), "id", "kind"})
            definitions[kind.__name__] = part
            kinds.append({"$ref": f"#/$defs/{kind.__name__}"})
        schema["properties"][key] = {"type": "array", "items": {"oneOf": kinds}}
    for shared in ("Clause", "Charge"):
        definitions.pop(shared, None)
    include = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    schema["properties"]["include"] = include
    return {"$schema": DIALECT, **schema, "title": TITLE, "$defs": dict(sorted(definitions.items()))}
