"""The kinds of clause, one file each: its keys, its plain words, its lint, and its arithmetic."""
