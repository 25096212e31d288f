"""Each alert made to fire by its real trouble, seen by a real Prometheus, and mended.

python -m bench.alerts
"""
