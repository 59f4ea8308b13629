"""Rows of each stream, invented from a seed: a file for each, named like it, with `row(rng, place, begin, kind)`."""
