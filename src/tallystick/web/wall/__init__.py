"""The second wall: a SQLite connection that can see one scope and change nothing.

For each table with a column `partner` the connection holds a temporary view of the same name that shows the rows of
its scope, and an authorizer that refuses every read of a base table except through such a view. So a query that
forgot its filter, a join, a sub-query or raw SQL sees what its room may see. The authorizer is asked when a statement
is prepared; rows cost nothing.

In: a Scope. Out: a connection. Verb: put_up. Must not know: what the tables mean.
"""
