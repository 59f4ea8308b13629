"""The JSON Schema of the text, for editors: made from the model and from every kind of clause that is there."""

from __future__ import annotations

from typing import Any

from tallystick.contract.clause import clause_kinds
from tallystick.contract.model import Contract

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "Tallystick contract"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a contract's text; each clause is one of the kinds in `contract/clauses`."""
    schema = Contract.model_json_schema(by_alias=True, mode="validation")
    definitions = dict(schema.pop("$defs", {}))
    kinds = []
    for name, kind in clause_kinds().items():
        part = kind.model_json_schema(by_alias=True, mode="validation")
        definitions |= part.pop("$defs", {})
        part["properties"]["kind"] = {"const": name}
        part["required"] = sorted({*part.get("required", ()), "id", "kind"})
        definitions[kind.__name__] = part
        kinds.append({"$ref": f"#/$defs/{kind.__name__}"})
    definitions.pop("Clause", None)
    schema["properties"]["clauses"] = {"type": "array", "items": {"oneOf": kinds}}
    include = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    schema["properties"]["include"] = include
    return {"$schema": DIALECT, **schema, "title": TITLE, "$defs": dict(sorted(definitions.items()))}
