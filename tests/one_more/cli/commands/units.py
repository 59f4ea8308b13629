"""tally units."""

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.home import JsonOption


def run(json: JsonOption = False) -> int:
    """Show the units of the KPIs."""
    from tallystick.measures.measure import catalogue

    units = sorted({measure.unit for measure in catalogue().values()})
    if json:
        terminal.print_json(units)
    else:
        terminal.table(("unit",), [(unit,) for unit in units])
    return 0


COMMAND = Command(
    "Show the units in which KPIs are counted.",
    (("tally units", "every unit"),),
    run=run,
)
