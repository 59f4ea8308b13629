"""What follows under the contract: outcome, relief, credit, restatement, explanation, evidence.

In: a contract in force, measure values, reported values, the gate's report, relief. Out: verdicts and statements,
posting rules for what people approve of them.
Verb: judge. Must not know: the command line, how a page looks, the clock on the wall.
"""
