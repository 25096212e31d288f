"""Runs a command and ends it with the program that holds the other end of standard input.

`python guard.py SECONDS COMMAND…`: a byte on standard input asks the command to end (SIGTERM, and
SIGKILL after SECONDS). The end of standard input means that the program is gone, `kill -9`
included, on every platform: then the command is killed at once. The exit status is the command's,
or 128 + the signal that ended it. Needs nothing but the standard library.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress


def watch_stdin(command: subprocess.Popen[bytes], grace: float) -> None:
    # Not sys.stdin: a thread that waits there holds a lock which the interpreter needs to exit.
    if os.read(0, 1):
        command.terminate()
        with suppress(subprocess.TimeoutExpired):
            command.wait(grace)
    command.kill()


def main(grace: str, *arguments: str) -> int:
    # Descriptors that were passed to the guard, such as a lock, go on to the command.
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, close_fds=False) as command:  # noqa: S603 - the caller's own command
        threading.Thread(target=watch_stdin, args=(command, float(grace)), daemon=True).start()
        status = command.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
