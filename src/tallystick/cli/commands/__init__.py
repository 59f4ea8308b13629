"""One file per command; the file name is the command.

In: the command's arguments. Out: what it prints, and its exit code. Verb: run.
Must not know: any other command, and how anything is computed.
"""
