"""`python -m tallystick ...`: the command `tally`, where its script is not on the path."""

from tallystick.cli import main

if __name__ == "__main__":
    main()
