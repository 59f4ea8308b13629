"""Files and folders that cannot be written: a mistake of the request, told as one, and never a fault of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.cli.writing import writing
from tallystick.vocabulary.errors import UsageError
from tests.billing.desk import AS_OF, make_desk
from tests.journeys.command_line import tally


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


@pytest.mark.parametrize(
    "given",
    [
        ("report", "--home", "HOME", "--output", "FILE/x"),
        ("report", "--home", "HOME", "--output", "FILE"),
        ("bundle", "aurora", "2026-03", "--home", "HOME", "--output", "FILE/x.zip"),
        ("backup", "FILE/x.tar", "--home", "HOME"),
        ("contract", "schema", "--output", "nowhere/x.json"),
        ("init", "FILE/x"),
        ("demo", "--home", "FILE/x"),
        ("ingest", "FILE", "--home", "FILE/x"),
    ],
)
def test_what_cannot_be_written_is_told_with_a_cure(home: Path, tmp_path: Path, given: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("a,b\n1,2\n", encoding="utf-8")
    names = {"HOME": str(home), "FILE": str(tmp_path / "file"), "nowhere": str(tmp_path / "nowhere")}
    arguments = list(given)
    for short, long in names.items():
        arguments = [one.replace(short, long) for one in arguments]
    answer = tally(*arguments, "--as-of", AS_OF.isoformat()) if given[0] == "ingest" else tally(*arguments)
    assert answer.code == 2, answer.err
    assert "cannot be written" in answer.err
    assert "Try: Name a" in answer.err
    assert (tmp_path / "file").read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_trouble_with_another_file_is_no_fault_of_the_request(tmp_path: Path) -> None:
    """What is read lies elsewhere; what is written beside the file, or in the folder, is the file's own."""
    (tmp_path / "out").mkdir()
    for read in (tmp_path / "home" / "lake" / "gone", tmp_path / "gone"):
        with pytest.raises(FileNotFoundError), writing(tmp_path / "out" / "x.tar"):
            read.read_bytes()
    for path, wrote in ((tmp_path / "out" / "x", ".x.part"), (tmp_path / "out", "no/page.html")):
        with pytest.raises(UsageError, match="cannot be written: No such file"), writing(path):
            (tmp_path / "out" / wrote).read_bytes()
    with pytest.raises(UsageError, match="No space left"), writing(tmp_path / "out" / "x"):
        raise OSError(28, "No space left on device")
