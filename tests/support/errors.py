"""What an error reveals."""

import traceback


def revealed_by(error: BaseException) -> str:
    """All that a log could show of an error, its causes and its contexts, even suppressed ones."""
    lines = traceback.format_exception(error)
    behind: BaseException | None = error
    while behind is not None:
        lines.append(f"{behind!s} {behind!r} {behind.args!r} {vars(behind)!r}")
        behind = behind.__cause__ or behind.__context__
    return "\n".join(lines)
