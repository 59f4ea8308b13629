"""The JSON Schema for editors."""

from __future__ import annotations

import json

from tallystick.contract.clause import clause_kinds
from tallystick.contract.model import Contract
from tallystick.contract.schema import json_schema


def test_each_kind_of_clause_is_in_the_schema() -> None:
    schema = json_schema()
    kinds = {schema["$defs"][part["$ref"].rsplit("/", 1)[1]]["properties"]["kind"]["const"] for part in
             schema["properties"]["clauses"]["items"]["oneOf"]}  # fmt: skip
    assert kinds == set(clause_kinds())


def test_the_schema_is_closed_and_complete() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {info.alias or name for name, info in Contract.model_fields.items()}
    refs = set(json.dumps(schema).split('"#/$defs/')[1:])
    assert {ref.split('"')[0] for ref in refs} <= set(schema["$defs"])
