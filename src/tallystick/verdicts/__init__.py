"""What follows under the contract: outcome, relief, credit, restatement, explanation, evidence.

In: a contract in force, measure values, reported values, the gate's report, relief. Out: verdicts and ledger entries.
Verb: judge. Must not know: the command line, how a page looks, the clock on the wall.
"""
