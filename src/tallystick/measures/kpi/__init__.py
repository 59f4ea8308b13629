"""One file for each KPI; the file's name is its id, a suffix `_vN` its version."""
