"""How a conversation changes: pure functions that return the conversation as it becomes.

It is the outbox of both sides, in one sequence. One sender at a time serves it, under a lease. A
function returns None if there is nothing to change, because the conversation is not, or no longer,
in the state that the caller expects.
"""

from collections.abc import Sequence
from datetime import datetime

from storage.models import Conversation, Relay, Side

REMEMBERED = 60
"""How many of the latest messages a conversation remembers, so that none is accepted twice."""
MOST_WAITING = 60
"""How many messages may wait for the other side; beyond that, new ones are refused."""


# What people do


def opened(
    held: Conversation, *, name: str | None, now: datetime, ends_at: datetime
) -> Conversation:
    """The customer opens it, for the first time or again."""
    again = [_own("shop", "reopen", now)] if held.ended and held.topic else []
    changes = {"name": name, "ended": None, "latest_at": now, "ends_at": ends_at}
    return _with_waiting(held, again, now, **changes)


def said(
    held: Conversation, parts: Sequence[Relay], *, key: str, now: datetime, ends_at: datetime
) -> Conversation | None:
    """A message is accepted. ``parts``: of this one message; ``key``: what identifies it.

    Reopens a conversation that had ended. None: the message was accepted before, or too many wait.
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
    """It ends, and the side that did not end it is told. None: it had ended already.

    ``by``: who ends it; None: it ends because nobody has written. ``is_closed``: the topic is
    closed already.
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
    """The lease is taken, if it is as it was ``read``. None: another sender came first, or nothing
    waits any more."""
    if not held.waiting or (held.due_at, held.lease) != (read.due_at, read.lease):
        return None
    return held.model_copy(update={"lease": lease, "due_at": until})


def put_into(held: Conversation, topic: int, *, lease: str) -> Conversation | None:
    """It gets a new topic, in which the waiting messages appear."""
    return held.model_copy(update={"topic": topic}) if held.lease == lease else None


def without_topic(held: Conversation, now: datetime, *, lease: str) -> Conversation | None:
    """The topic was deleted: a new one is to be opened for the waiting messages."""
    if held.lease != lease:
        return None
    rest = [each for each in held.waiting if each.kind != "sheet"]
    return _free(held, [_own("shop", "sheet", now), *rest], now, topic=None)


def brought(
    held: Conversation, now: datetime, *, lease: str, instead: Relay | None = None
) -> Conversation | None:
    """The message that waited longest was delivered, or could not be.

    ``instead``: an answer about it to its sender.
    """
    if held.lease != lease:
        return None
    return _free(held, [*held.waiting[1:], *([instead] if instead else [])], now)


def postponed(
    held: Conversation, until: datetime, attempts: int, *, lease: str
) -> Conversation | None:
    """The lease ends with nothing delivered, and it is due again at ``until``."""
    if held.lease != lease:
        return None
    return _free(held, held.waiting, until, attempts=attempts)


# Parts


def _own(to: Side, kind: str, now: datetime) -> Relay:
    return Relay.model_validate({"to": to, "kind": kind, "at": now})


def _has_a_sheet(held: Conversation) -> bool:
    return any(each.kind == "sheet" for each in held.waiting)


def _needs_a_sheet(held: Conversation) -> bool:
    """Whether its topic still needs the first message, which describes the order."""
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
    """The conversation without a lease, and with these messages waiting."""
    free = {"attempts": 0, "lease": None, "waiting": list(waiting)}
    return held.model_copy(update={**free, "due_at": due_at if waiting else None, **changes})
