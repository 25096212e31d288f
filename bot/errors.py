"""What ends a command: the start of the service, or any other of the command line."""


class CommandFailed(Exception):
    """Its text is one line for the operator: what is wrong, and what to do about it."""
