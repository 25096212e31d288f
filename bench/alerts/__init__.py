"""Make each alert fire by its real cause, with a real Prometheus, and then end.

python -m bench.alerts
"""
