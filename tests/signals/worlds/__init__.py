"""Invented months of one partner, honest ones and ones with a pattern in them. Shares no code with the detectors."""
