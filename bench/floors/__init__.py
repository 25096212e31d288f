"""The floors: the least that could do the same work, each a program of its own."""
