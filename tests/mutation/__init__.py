"""Every constant and operator of a rule about money or outcome, changed one at a time: each must fail a test.

Why not mutmut, which was tried first (3.8.1): it passes over class bodies, constants of modules and functions with a
decorator, which hold the defaults and limits of keys and every check of a text; and of its 426 changes of one clause
364 were texts, arguments taken away and `None` for a value, which cannot be switched off. Here a change is a constant
or an operator, and nothing else.
"""
