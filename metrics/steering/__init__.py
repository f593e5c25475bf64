"""What is said of published values: pure SQL over the mart that a run builds and the one that it replaces.

Every function takes a DuckDB connection in which ``mart`` is the new mart, still to be written to, and ``previous`` the
published one; where there is none, nothing has a history yet.
"""
