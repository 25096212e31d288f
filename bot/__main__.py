"""The command line: ``python -m bot``."""

import gc

gc.disable()  # what is imported stays: to look through it again and again is a quarter of the start

from bot.cli import main  # noqa: E402

if __name__ == "__main__":
    gc.freeze()
    gc.enable()
    main()
