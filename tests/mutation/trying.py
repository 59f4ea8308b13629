"""The plugin of pytest that tries changes: all tests are collected once, and each change is tried in a fork.

Which test runs through which lines is noted first, on the product as it is, in a fork too: engines start threads, and
those would not live on in later forks. A change is tried against the tests that run through its statement, those of
the mirrored file first and then the quickest, until one fails.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.mutation.changes import SRC, Change
from tests.mutation.making import Loaded, load_with
from tests.mutation.rules import rule_files

TESTS = ("contract", "verdicts", "billing", "cost")
# What a file settles while it is loaded is examined by these first, whatever lines they run through.
SETTLED = {"contract": ("tests/contract/test_keys.py",)}
LONGEST_S = 2.5  # while lines are noted; a test that takes longer decides in its mirrored file alone
MOST_S = 12.0  # what the tests of one change may come to, reckoned so, and twice that in its mirrored file
UNENDING_S = 600  # a fork that waits for something is given up
Fork = tuple[int, int]  # its process, and where it says what noticed
SURVIVED, NEVER_ENDED, NO_TEST = "", "it never ended", "no test runs through it"
UNCHANGED = "nothing was changed"


@dataclass
class Walked:
    """One test on the product as it is: processor seconds, and the lines of each file that it runs through.

    `before` are the seconds of what its file prepares once, for whichever of its tests comes first.
    """

    seconds: float
    before: float
    lines: dict[str, set[int]]

    @property
    def whole(self) -> float:
        """What it takes alone."""
        return self.seconds + self.before


@dataclass(frozen=True)
class Tried:
    """What became of a change: the test that failed, empty where none did, and how many ran through it."""

    change: Change
    by: str
    tests: int

    @property
    def killed(self) -> bool:
        """Whether something noticed it."""
        return self.by not in (SURVIVED, NO_TEST)


def settle_hypothesis() -> None:
    """No case is made smaller: that a test fails is enough. Pytest is told by `--hypothesis-profile=mutation`."""
    from hypothesis import Phase, settings

    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutation", derandomize=True, database=None, deadline=None, phases=phases)


class FirstFailure:
    """Ends this process with the first test that fails, and says which."""

    def __init__(self, said: int) -> None:
        self.said = said

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            _end(self.said, report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            _end(self.said, f"collecting {report.nodeid}")


class Only:
    """Leaves the tests of these names."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        place = {name: at for at, name in enumerate(self.names)}
        items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])


def _end(said: int, words: str) -> None:
    os.write(said, words.encode()[:4000])
    os._exit(0)


def give_up_after(seconds: float) -> None:
    """Ends this process when it has used far more processor time than a test takes: then it never ends."""
    signal.setitimer(signal.ITIMER_PROF, 10 + 5 * seconds)


def forked(do: Callable[[int], None], seconds: int = UNENDING_S) -> Fork:
    """Do something in a fork of this process that is quiet; its id and where it says what noticed."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    os.close(reading)
    signal.alarm(seconds)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    words = SURVIVED
    try:
        do(writing)
    except BaseException as error:  # noqa: BLE001  whatever breaks has noticed
        words = f"{type(error).__name__} {str(error)[:200]}"
    os.write(writing, words.encode())
    os._exit(0)


def ended(child: int, reading: int) -> str:
    """Wait for a fork; what it said."""
    with os.fdopen(reading, "rb") as said:
        words = said.read().decode()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return (
            NEVER_ENDED if os.WTERMSIG(status) in (signal.SIGALRM, signal.SIGPROF) else f"signal {os.WTERMSIG(status)}"
        )
    return words


def in_turn(jobs: int, work: Iterable[tuple[Change, int, Callable[[], Fork]]]) -> Iterator[Tried]:
    """Try changes in so many forks at a time; each as it ends."""
    running: dict[int, tuple[Change, int, Fork]] = {}
    waiting = iter(work)
    while True:
        while len(running) < jobs and (item := next(waiting, None)) is not None:
            fork = item[2]()
            running[fork[1]] = (item[0], item[1], fork)
        if not running:
            return
        for said in select.select(list(running), [], [])[0]:
            change, count, fork = running.pop(said)
            yield Tried(change, ended(*fork), count)


@dataclass
class Plan:
    """Which tests try a change: by what each of them runs through."""

    walked: Mapping[str, Walked]
    by_line: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    by_file: dict[str, set[str]] = field(default_factory=dict)
    noticed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for name, one in self.walked.items():
            for path, lines in one.lines.items():
                self.by_file.setdefault(path, set()).add(name)
                for line in lines:
                    self.by_line.setdefault((path, line), set()).add(name)

    def tests_of(self, change: Change) -> list[str]:
        """The tests that try a change, in order."""
        path = str(change.path)
        # tests/cost/test_gather.py, and what is told apart of it: tests/cost/test_gather_contracts.py
        named = "tests/" + str(change.path.relative_to(SRC).with_name(f"test_{change.path.stem}"))
        mirror = (f"{named}.py::", f"{named}_")
        settled: tuple[str, ...] = ()
        if change.at_import:
            settled = SETTLED.get(change.file.partition("/")[0], ())
            through = {name for name in self.walked if _file(name) in settled or name.startswith(mirror)}
            through |= self.by_file.get(path, set())
        else:
            lines = range(change.first, max(change.last, change.lineno) + 1)
            through = set[str]().union(*(self.by_line.get((path, line), set()) for line in lines))
        known = [
            name for name in through if name.startswith(mirror) or self.walked[name].whole <= LONGEST_S
        ]  # fmt: skip

        def rank(name: str) -> tuple[Any, ...]:
            # Those of the mirrored file first, then what has noticed something before, and then the quickest.
            return (
                _file(name) not in settled,
                not name.startswith(mirror),
                -min(self.noticed[name], 1),
                self.walked[name].whole,
                name,
            )

        known.sort(key=rank)
        chosen: list[str] = []
        prepared, spent = set[str](), 0.0
        for name in known:
            # Whatever runs through a file may decide what is settled while it is loaded.
            if spent > MOST_S * (3 if change.at_import else 2 if name.startswith(mirror) else 1):
                break
            chosen.append(name)
            spent += self.walked[name].seconds + (0 if _file(name) in prepared else self.walked[name].before)
            prepared.add(_file(name))
        return chosen

    def seconds_for(self, names: Iterable[str]) -> float:
        """How long some tests took while lines were noted."""
        return sum(self.walked[name].whole for name in names)


def say(line: str) -> None:
    """A line as soon as it is known."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@dataclass
class Told:
    """Results as they come, with a line for each that nobody noticed and now and then how far it is."""

    total: int
    results: list[Tried] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def __call__(self, one: Tried) -> None:
        if one.by == UNCHANGED:
            raise RuntimeError(f"{one.change.name}: no function that holds it was found.")
        self.results.append(one)
        if not one.killed:
            say(f"survived  {one.change.name}   [{one.change.line}] {one.by}")
        if len(self.results) % 100 == 0 or len(self.results) == self.total:
            killed = sum(each.killed for each in self.results)
            spent = time.monotonic() - self.begun
            say(f"{len(self.results)} of {self.total} tried, {killed} noticed, {spent:.0f} s")


class Session:
    """Takes over from pytest once all tests are collected."""

    def __init__(self, changes: Sequence[Change], jobs: int, told: Told, kept: Path) -> None:
        self.changes = changes
        self.jobs = jobs
        self.told = told
        self.kept = kept
        self.items: dict[str, pytest.Item] = {}
        self.complete = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        # What needs the whole example takes minutes to make, and decides nothing that smaller tests do not.
        self.items = {item.nodeid: item for item in session.items if not _needs_example(item)}
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  one folder for all forks
        loaded = Loaded({change.path for change in self.changes})
        plan = Plan(self._walk(loaded))
        say(f"{len(plan.walked)} tests noted, {time.monotonic() - self.told.begun:.0f} s")
        in_memory = [change for change in self.changes if not change.at_import]
        for one in in_turn(self.jobs, self._work(plan, loaded, in_memory)):
            self.told(one)
            plan.noticed[one.by] += one.killed
        # And still does: a test that fails by itself after a while would have noticed whatever was changed.
        self._holds(plan)
        self.complete = True
        return True

    def _work(
        self, plan: Plan, loaded: Loaded, changes: Iterable[Change]
    ) -> Iterator[tuple[Change, int, Callable[[], Fork]]]:
        for change in changes:
            names = plan.tests_of(change)

            def tried(said: int, change: Change = change, names: Sequence[str] = names) -> None:
                if not loaded.make(change):
                    _end(said, UNCHANGED)
                self._run(plan, names, said)

            def begin(names: Sequence[str] = names, tried: Callable[[int], None] = tried) -> Fork:
                return forked(tried)

            yield change, len(names), begin

    def _run(self, plan: Plan, names: Sequence[str], said: int) -> None:
        items = [self.items[name] for name in names]
        items[0].config.pluginmanager.register(FirstFailure(said)) if items else _end(said, NO_TEST)
        for item, after in zip(items, [*items[1:], None], strict=True):
            give_up_after(plan.walked[item.nodeid].whole)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)

    def _holds(self, plan: Plan) -> None:
        forks = []
        for part in self._parts(plan.walked):

            def run(said: int, names: Sequence[str] = part) -> None:
                self._run(plan, names, said)

            forks.append(forked(run, 6 * UNENDING_S))
        wrong = [words for words in (ended(*fork) for fork in forks) if words]
        if wrong:
            raise AssertionError(f"Nothing was changed, and a test fails: {', '.join(wrong)}")

    def _parts(self, names: Iterable[str]) -> list[list[str]]:
        """Tests shared out among the forks, the files whole."""
        by_file: dict[str, list[str]] = {}
        for name in names:
            by_file.setdefault(_file(name), []).append(name)
        files = list(by_file)
        shared = [[name for file in files[at :: self.jobs] for name in by_file[file]] for at in range(self.jobs)]
        return [part for part in shared if part]

    def _walk(self, loaded: Loaded) -> Mapping[str, Walked]:
        """Each test on the product as it is, with the lines that it runs through; forks share out the files."""
        paths = frozenset(map(str, rule_files()))
        known = self._known(paths)
        forks = []
        parts = self._parts(name for name in self.items if name not in known)
        for at, part in enumerate(parts):
            items = [self.items[name] for name in part]

            def walk(said: int, items: list[pytest.Item] = items, at: int = at) -> None:
                self._walk_here(items, paths, loaded, self.kept.with_suffix(f".{at}"), said)

            forks.append(forked(walk, 6 * UNENDING_S))
        wrong = [words for words in (ended(*fork) for fork in forks) if words]
        if wrong:
            raise AssertionError(f"A test fails while lines are noted: {', '.join(wrong)}")
        found = known
        for at in range(len(parts)):
            found |= json.loads(self.kept.with_suffix(f".{at}").read_text(encoding="utf-8"))
        self.kept.write_text(json.dumps(found), encoding="utf-8")
        return walked_from(self.kept)

    def _known(self, paths: Iterable[str]) -> dict[str, Any]:
        """What was noted before and still holds: of files that are older than the notes."""
        if not self.kept.exists():
            return {}
        noted = self.kept.stat().st_mtime
        if any(Path(path).stat().st_mtime > noted for path in paths):
            return {}
        found = json.loads(self.kept.read_text(encoding="utf-8"))
        return {
            name: one
            for name, one in found.items()
            if name in self.items and self.items[name].path.stat().st_mtime <= noted
        }

    @staticmethod
    def _walk_here(items: Sequence[pytest.Item], paths: frozenset[str], loaded: Loaded, kept: Path, said: int) -> None:
        found: dict[str, Walked] = {}
        prepared: dict[str, dict[str, set[int]]] = {}
        slowest: dict[str, float] = {}
        noting = Noting(paths)
        items[0].config.pluginmanager.register(FirstFailure(said))
        items[0].config.pluginmanager.register(noting)
        for item, after in zip(items, [*items[1:], None], strict=True):
            loaded.forget()
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            found[item.nodeid] = Walked(noting.seconds, noting.before, noting.through)
            _add(prepared.setdefault(_file(item.nodeid), {}), noting.prepared)
            slowest[_file(item.nodeid)] = max(slowest.get(_file(item.nodeid), 0), noting.before)
        # A fixture that a file's tests share is made by the first of them, and speaks in all of them.
        for name, one in found.items():
            _add(one.lines, prepared[_file(name)])
        told = {
            name: [one.seconds, slowest[_file(name)], {path: sorted(several) for path, several in one.lines.items()}]
            for name, one in found.items()
        }
        kept.write_text(json.dumps(told), encoding="utf-8")


def _needs_example(item: pytest.Item) -> bool:
    """Whether a test has the fixture `example`, and not a parameter of its own that is called so."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return "example" in getattr(item, "fixturenames", ()) and "example" not in parameters


def _file(name: str) -> str:
    return name.partition("::")[0]


def _add(lines: dict[str, set[int]], more: Mapping[str, set[int]]) -> None:
    for path, several in more.items():
        lines.setdefault(path, set()).update(several)


def walked_from(kept: Path) -> dict[str, Walked]:
    """What was noted of each test."""
    found = json.loads(kept.read_text(encoding="utf-8"))
    return {
        name: Walked(seconds, before, {path: set(several) for path, several in lines.items()})
        for name, (seconds, before, lines) in found.items()
    }


class Noting:
    """Notes which lines of some files a test runs through, and which its preparation, with the seconds of both."""

    def __init__(self, paths: frozenset[str]) -> None:
        self.paths = paths
        self.prepared: dict[str, set[int]] = {}
        self.through: dict[str, set[int]] = {}
        self.before = self.seconds = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        self.prepared, self.through, self.seconds = {}, {}, 0.0
        begun = time.process_time()
        with self._into(self.prepared):
            done = yield
        self.before = time.process_time() - begun
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        begun = time.process_time()
        with self._into(self.through):
            done = yield
        self.seconds = time.process_time() - begun
        return done

    @contextmanager
    def _into(self, through: dict[str, set[int]]) -> Iterator[None]:
        def called(frame: FrameType, event: str, arg: Any) -> Any:
            path = frame.f_code.co_filename
            if path not in self.paths:
                return None
            note = through.setdefault(path, set()).add
            note(frame.f_lineno)

            def line(frame: FrameType, event: str, arg: Any) -> Any:
                note(frame.f_lineno)
                return line

            return line

        sys.settrace(called)
        try:
            yield
        finally:
            sys.settrace(None)


def loaded_anew(change: Change, plan: Plan, arguments: Sequence[str]) -> tuple[Change, int, Callable[[], Fork]]:
    """Work that tries a change of what a file does while it is loaded: a fork that loads the product with it."""
    names = plan.tests_of(change)

    def tried(said: int) -> None:
        if not names:
            _end(said, NO_TEST)
        load_with(change)
        settle_hypothesis()
        give_up_after(plan.seconds_for(names))
        files = sorted({_file(name) for name in names})
        pytest.main([*arguments, *files], plugins=[Only(names), FirstFailure(said)])

    return change, len(names), lambda: forked(tried)
