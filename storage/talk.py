"""What happens to a conversation: each function makes of one the conversation as it is afterwards.

It is the outbox of both sides, in one order, and served under a lease by one sender at a time.
None: nothing happens, for what the caller takes for granted is not so, or no longer.
"""

from collections.abc import Sequence
from datetime import datetime

from storage.models import Conversation, Relay, Side

REMEMBERED = 60
"""How many of the latest messages a conversation remembers, so that none is taken in twice."""
MOST_WAITING = 60
"""So much may wait for the other side before more of it is refused."""


# What people do


def opened(
    held: Conversation, *, name: str | None, now: datetime, ends_at: datetime
) -> Conversation:
    """By its customer, for the first time or once more."""
    again = [_own("shop", "reopen", now)] if held.ended and held.topic else []
    changes = {"name": name, "ended": None, "latest_at": now, "ends_at": ends_at}
    return _with_waiting(held, again, now, **changes)


def said(
    held: Conversation, parts: Sequence[Relay], *, key: str, now: datetime, ends_at: datetime
) -> Conversation | None:
    """``parts``: of one message. None: it was taken in already, or there is no room for it.

    The staff may go on with what they or silence have ended, and a customer with what is open.
    """
    side = parts[0].to
    if key in held.taken or len(held.waiting) + len(parts) > MOST_WAITING:
        return None
    before = [_own("shop", "sheet", now)] if side == "shop" and _needs_a_sheet(held) else []
    if held.ended:
        before = [_own("shop", "reopen", now)]
    return _with_waiting(
        held,
        [*before, *parts],
        now,
        ended=None,
        latest_at=now,
        ends_at=ends_at,
        taken=[*held.taken, key][-REMEMBERED:],
    )


def ended(
    held: Conversation,
    by: Side | None,
    *,
    now: datetime,
    forget_at: datetime,
    is_closed: bool = False,
) -> Conversation | None:
    """``by``: None if by nobody's writing. ``is_closed``: the topic is already. None: it has ended.

    Whoever has not ended it is told.
    """
    if held.ended:
        return None
    kind = "ended" if by else "silent"
    new = [_own(side, kind, now) for side in ("shop", "customer") if side != by]
    if not is_closed:
        new.append(_own("shop", "close", now))
    if held.topic is None and not _has_a_sheet(held):
        new = [each for each in new if each.to == "customer"]
    return _with_waiting(held, new, now, ended=by or "silence", ends_at=forget_at)


# Serving


def claimed(
    held: Conversation, read: Conversation, *, lease: str, until: datetime
) -> Conversation | None:
    """Taken as it was ``read``. None: somebody else was quicker, or nothing waits any more."""
    if not held.waiting or (held.due_at, held.lease) != (read.due_at, read.lease):
        return None
    return held.model_copy(update={"lease": lease, "due_at": until})


def put_into(held: Conversation, topic: int, *, lease: str) -> Conversation | None:
    """What waits goes to this topic, which is new."""
    return held.model_copy(update={"topic": topic}) if held.lease == lease else None


def without_topic(held: Conversation, now: datetime, *, lease: str) -> Conversation | None:
    """It was deleted: another one shall be opened, and what waits goes there."""
    if held.lease != lease:
        return None
    rest = [each for each in held.waiting if each.kind != "sheet"]
    return _free(held, [_own("shop", "sheet", now), *rest], now, topic=None)


def brought(
    held: Conversation, now: datetime, *, lease: str, instead: Relay | None = None
) -> Conversation | None:
    """Without what waited longest; ``instead``: what is said of it to whoever said it."""
    if held.lease != lease:
        return None
    return _free(held, [*held.waiting[1:], *([instead] if instead else [])], now)


def postponed(
    held: Conversation, until: datetime, attempts: int, *, lease: str
) -> Conversation | None:
    """With nothing brought, and due again at ``until``."""
    if held.lease != lease:
        return None
    return _free(held, held.waiting, until, attempts=attempts)


# Parts


def _own(to: Side, kind: str, now: datetime) -> Relay:
    return Relay.model_validate({"to": to, "kind": kind, "at": now})


def _has_a_sheet(held: Conversation) -> bool:
    return any(each.kind == "sheet" for each in held.waiting)


def _needs_a_sheet(held: Conversation) -> bool:
    """The topic begins with what the order is."""
    return held.topic is None and not _has_a_sheet(held)


def _with_waiting(
    held: Conversation, new: Sequence[Relay], now: datetime, **changes: object
) -> Conversation:
    changes["waiting"] = [*held.waiting, *new]
    if new and held.due_at is None:
        changes["due_at"] = now
    return held.model_copy(update=changes)


def _free(
    held: Conversation, waiting: Sequence[Relay], due_at: datetime, **changes: object
) -> Conversation:
    """The lease has ended."""
    free = {"attempts": 0, "lease": None, "waiting": list(waiting)}
    return held.model_copy(update={**free, "due_at": due_at if waiting else None, **changes})
