"""Twelve months of three partners with planted invoice errors: records, rate cards and what each error is worth.

Nothing here imports the engine: quantities and amounts are counted again by hand, so that what the check finds is held
against another hand's figures.
"""
