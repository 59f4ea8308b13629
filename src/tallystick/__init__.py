"""Tallystick: control and oversight for customer service bought from outsourcing partners."""

__version__ = "0.1.0"
