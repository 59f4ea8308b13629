"""Processes end with the one that they belong to, and the number of a dead server is nobody's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CHILD = """
import time
from tallystick.web.lifeline import end_with
end_with({parent})
print("tied", flush=True)
time.sleep(60)
"""
PARENT = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {CHILD!r}.format(parent=os.getpid())], stdout=subprocess.PIPE)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_ends_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert lives(child)
        parent.kill()
        parent.wait()
    until = time.monotonic() + 10
    while lives(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not lives(child)


def test_a_process_whose_parent_died_before_it_looked_ends_at_once() -> None:
    line = [sys.executable, "-c", CHILD.format(parent=2**22 + 1)]
    done = subprocess.run(line, capture_output=True, timeout=30, check=False)
    assert done.returncode == 1
    assert done.stdout == b""


def test_a_number_left_behind_is_not_taken_for_the_process_that_has_it_now(tmp_path: Path) -> None:
    from tallystick.web import server

    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as innocent:
        folder = tmp_path / "desk"
        folder.mkdir()
        (folder / "server.pid").write_text(f"{innocent.pid}\n", encoding="ascii")
        assert server.running(tmp_path) is None
        assert not server.stop(tmp_path)
        assert innocent.poll() is None
        innocent.kill()


def test_a_server_is_known_while_it_lives_and_no_longer(tmp_path: Path) -> None:
    from tallystick.web import server

    line = "import sys, time; from pathlib import Path; from tallystick.web import server\n"
    line += "with server._known(Path(sys.argv[1])): print('known', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", line, str(tmp_path)], stdout=subprocess.PIPE) as serving:
        assert serving.stdout is not None
        serving.stdout.readline()
        assert server.running(tmp_path) == serving.pid
        os.kill(serving.pid, signal.SIGKILL)
        serving.wait()
    assert (tmp_path / "desk" / "server.pid").exists()
    assert server.running(tmp_path) is None


def test_after_a_kill_the_same_port_is_waited_for_and_otherwise_the_next_one_is_taken(tmp_path: Path) -> None:
    import socket
    import threading

    from tallystick.web import server

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert server.port_for(tmp_path, "127.0.0.1", port) != port
        (tmp_path / "desk").mkdir()
        (tmp_path / "desk" / "server.pid").write_text("1\n", encoding="ascii")
        threading.Timer(0.3, taken.close).start()
        assert server.port_for(tmp_path, "127.0.0.1", port) == port
