"""`python -m tallystick.web HOME HOST PORT`: the server process that `tally serve --background` leaves open."""

from __future__ import annotations

import sys
from pathlib import Path

from tallystick.web import server

if __name__ == "__main__":
    root, host, port = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    server.set_up(root)
    server.serve(root, host, port)
