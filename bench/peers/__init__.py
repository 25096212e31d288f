"""Peers: what others would have written, each a program of its own with its own needs."""
