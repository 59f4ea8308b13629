"""One file per canonical table: grain, key, columns, units, personal-data class."""
