"""Runs a command and ends it when the program at the other end of standard input is gone.

`python guard.py SECONDS COMMAND…`: a byte on standard input asks the command to end (SIGTERM, then
SIGKILL after SECONDS). End of file on standard input means that the program is gone, even after
`kill -9` and on every platform: then the command is killed at once. The exit status is the
command's, or 128 + the signal that ended it. Uses the standard library only.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress


def watch_stdin(command: subprocess.Popen[bytes], grace: float) -> None:
    # Not sys.stdin: a thread that reads it holds a lock that the interpreter needs to exit.
    if os.read(0, 1):
        command.terminate()
        with suppress(subprocess.TimeoutExpired):
            command.wait(grace)
    command.kill()


def main(grace: str, *arguments: str) -> int:
    # The command inherits the guard's descriptors, such as the lock.
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, close_fds=False) as command:  # noqa: S603 - the caller's own command
        threading.Thread(target=watch_stdin, args=(command, float(grace)), daemon=True).start()
        status = command.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
