"""The floors: separate programs that do the minimum of the same work."""
