from tests.cli.demo import demo

__all__ = ["demo"]
