"""What capacity does and would do: queues by Erlang, agents needed, coverage of hours, the loss of a partner.

In: loads, agents, handling times, spans of time, tables of intervals; seeds as arguments. Out: waits, required agents,
causes of shortage, gaps, backlogs. Verb: simulate. Must not know: contracts, records, the time, chance.
"""
