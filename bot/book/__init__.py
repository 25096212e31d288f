"""The shop's own book of orders: where it is, and how it is read."""
