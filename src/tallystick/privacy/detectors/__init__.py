"""One file per sort of personal data that is looked for in texts."""
