"""The rules that a contract's text must satisfy, one file each: what went wrong, and the cure."""
