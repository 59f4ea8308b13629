"""Lumen's telephone lines: calls, agents' time, rosters, forecasts and surveys from April to June 2026.

`plan.py` holds the lines and what is planted, `shifts.py` who works when, `queueing.py` what becomes of each call,
`files.py` what the partners and Lumen write down, `truths.py` what an honest assessment must find.
"""
