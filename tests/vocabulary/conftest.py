"""The compiled form of the integer functions, made once for the tests of this folder."""

from __future__ import annotations

import pytest

from tallystick.facts.compiled import Twins, twins
from tallystick.vocabulary import opening


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """The compiled twins of `vocabulary.opening`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TALLY_CACHE", str(tmp_path_factory.mktemp("cache")))
        return twins([opening])
