"""The peers: what others would have written. Each is a separate program with its own packages."""
