"""Every check of the scope, found in the source and taken away one at a time: each must be missed by a test."""
