"""Declared tables."""

import pyarrow as pa
import pytest

from tallystick.records.table import COMMON, Personal, table, tables


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_table_says_its_grain_key_and_presence(name):
    declared = tables()[name]
    names = declared.schema.names
    assert declared.grain
    assert declared.key in names
    assert declared.presence in names
    assert set(declared.sort) <= set(names)
    assert not declared.at or declared.at in names
    assert len(names) == len(set(names))
    assert all(column.note for column in declared.all_columns)
    assert "at" not in names


@pytest.mark.parametrize("name", sorted(tables()))
def test_every_table_has_the_common_columns(name):
    assert {column.name for column in COMMON} <= set(tables()[name].schema.names)


def test_only_texts_and_encrypted_names_hold_what_a_person_said_or_is_called():
    near = {
        (name, column.name)
        for name, declared in tables().items()
        for column in declared.all_columns
        if column.personal in (Personal.DIRECT, Personal.CONTENT)
    }
    assert near == {("message_text", "redacted"), ("message_text", "original"), ("agent", "name_original")}


def test_an_unknown_table_names_the_known_ones():
    with pytest.raises(KeyError, match="case_event"):
        table("cases")


def test_the_natural_order_of_every_table_is_one_of_keys_numbers_and_instants() -> None:
    for name, declared in tables().items():
        assert declared.sort[-1] == declared.key, name
        for column in declared.sort:
            kind = declared.schema.field(column).type
            assert column == "kind" or pa.types.is_integer(kind) or pa.types.is_timestamp(kind), (name, column)
