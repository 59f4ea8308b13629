"""Changes of the tables, in order; forward only."""
