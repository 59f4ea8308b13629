"""tally audit."""

from __future__ import annotations

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.desk import opened_desk
from tallystick.cli.home import HomeOption, JsonOption, open_home


def verify(home: HomeOption = None, json: JsonOption = False) -> int:
    """Walk the chain of the audit trail and compare it with every signed checkpoint."""
    place = open_home(home)
    with opened_desk(place.root):
        from tallystick.web.desk.audit import verify_desk

        proof = verify_desk(place.folder("keys"))
    if json:
        terminal.print_json({"holds": proof.holds, **vars(proof)})
        return 0 if proof.holds else 1
    if proof.holds:
        terminal.console().print(f"● The chain is whole: {proof.rows} rows, {proof.checkpoints} signed checkpoints.")
        terminal.console().print(f"head {proof.head}", style="bright_black", soft_wrap=True)
        return 0
    terminal.error_line(
        proof.finding, "Compare with the head in a daily mail of before; restore the last whole backup."
    )
    return 1


COMMAND = Command(
    summary="The control room's audit trail: check that nobody altered it.",
    examples=(("tally audit verify", "walk the chain from its first row; names the first altered one"),),
    parts=(("verify", verify),),
    order=85,
)
