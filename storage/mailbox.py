"""How a mailbox changes: pure functions that return the chat as it becomes.

The mailbox is the outbox of one chat. For each order it has at most one entry of each kind (news,
reminder, arrival). One sender at a time serves it, under a lease. A function returns None if there
is nothing to change, because the chat is not, or no longer, in the state that the caller expects.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from storage.models import Card, Chat, Entry, PastEntry, Preferences

REMEMBERED = 50
"""How many finished entries a mailbox remembers, so that none is posted to it again."""
BLOCKED = "blocked"
"""The reason for the pause when Telegram reports that the person has blocked the bot."""
CARDS = 20
"""For how many orders a chat remembers the live message."""


# Posting


def handed_over(
    chat: Chat, entry: Entry, *, whose: Collection[str], lease: str, until: datetime
) -> Chat | None:
    """The entry is posted to an empty, idle mailbox and claimed at once. None: use `posted`."""
    is_idle = not chat.entries and chat.due_at is None and chat.paused is None
    if not is_idle or not wants(chat, entry, whose):
        return None
    return _with(chat, entries=[entry], due_at=until, lease=lease)


def posted(chat: Chat, entry: Entry, *, whose: Collection[str]) -> Chat | None:
    """The entry is added, merged with a waiting one of the same kind for the same order.

    ``whose``: what the order belongs to. Merging never delays what was waiting. None: the mailbox
    has had this news already, or the chat no longer follows the order.
    """
    if not wants(chat, entry, whose):
        return None
    return _put(chat, entry, _merged(_waiting(chat, entry), entry))


def posted_again(chat: Chat, entry: Entry, *, whose: Collection[str]) -> Chat | None:
    """Like `posted`, for an entry that was given up and may still be in the mailbox.

    It waits as of now, so that a `dropped` for its first attempt does not remove it.
    """
    if not wants(chat, entry, whose, even_if_waiting=True):
        return None
    merged = _merged(_waiting(chat, entry), entry)
    return _put(chat, entry, merged.model_copy(update={"since": entry.since}))


def wants(
    chat: Chat, entry: Entry, whose: Collection[str], *, even_if_waiting: bool = False
) -> bool:
    """Whether the chat still follows the order, and has not had or queued this news.

    For an arrival, the sender checks later whether the chat still waits for it.
    ``even_if_waiting``: True also if exactly this news is queued, but not if newer news is.
    """
    sent = [each.news for each in chat.told if _is_same(each, entry)]
    waiting = [each.news - even_if_waiting for each in chat.entries if _is_same(each, entry)]
    is_theirs = entry.kind == "arrival" or chat.follows(whose)
    return is_theirs and max([*sent, *waiting, -1]) < entry.news


def _put(chat: Chat, entry: Entry, becomes: Entry) -> Chat:
    others = [each for each in chat.entries if not _is_same(each, entry)]
    return scheduled(_with(chat, entries=[*others, becomes]))


def _merged(waited: Entry | None, entry: Entry) -> Entry:
    """The new entry, with the earlier times of both."""
    if waited is None:
        return entry
    due = min(waited.due, entry.due) if waited.due and entry.due else None
    since, after = min(waited.since, entry.since), min(waited.after, entry.after)
    return entry.model_copy(update={"since": since, "after": after, "due": due})


def _waiting(chat: Chat, entry: Entry) -> Entry | None:
    return next((each for each in chat.entries if _is_same(each, entry)), None)


# Serving


def claimed(chat: Chat, read: Chat, *, lease: str, until: datetime) -> Chat | None:
    """The lease is taken, if the mailbox is as it was ``read``. None: another sender came first."""
    if chat.lease or chat.due_at is None or chat.due_at != read.due_at:
        return None
    return _with(chat, due_at=until, lease=lease)


def completed(
    chat: Chat,
    ended: Sequence[Entry | PastEntry],
    *,
    lease: str,
    next_at: datetime,
    card: Card | None = None,
) -> Chat | None:
    """The lease ends, and ``ended`` (sent or obsolete) is removed and remembered.

    The rest is due at ``next_at`` at the earliest. ``card``: the order's new live message. None:
    the lease was lost, and its new holder is responsible for the entries.
    """
    if chat.lease != lease:
        return None
    past = [*chat.told, *map(_past, ended)][-REMEMBERED:]
    left = _without(chat, ended)
    return _ended(_with(chat, entries=left, told=past, cards=_cards(chat, card)), next_at)


def dropped(chat: Chat, entries: Sequence[Entry], *, lease: str, next_at: datetime) -> Chat | None:
    """The lease ends, and entries that could not be sent are removed, unless posted again since."""
    if chat.lease != lease:
        return None
    return _ended(_with(chat, entries=_without(chat, entries)), next_at)


def held(
    chat: Chat,
    entries: Sequence[Entry],
    *,
    lease: str,
    next_at: datetime,
    card: Card | None = None,
) -> Chat | None:
    """The lease ends, and each entry waits until its ``due``, unless newer news has replaced it."""
    if chat.lease != lease:
        return None
    due = {_which(each): each.due for each in entries}
    held_back = [
        entry.model_copy(update={"due": due.get(_which(entry), entry.due)})
        for entry in chat.entries
    ]
    return _ended(_with(chat, entries=held_back, cards=_cards(chat, card)), next_at)


def postponed(chat: Chat, *, lease: str, until: datetime, attempts: int) -> Chat | None:
    """The lease ends with nothing sent, and the mailbox is due again at ``until``."""
    if chat.lease != lease:
        return None
    return scheduled(_with(chat, rests_until=until, attempts=attempts, lease=None))


def released(chat: Chat, now: datetime) -> Chat | None:
    """A lease that has run out is ended, and the mailbox is due again. None: it has not run out."""
    if not chat.lease or chat.due_at is None or chat.due_at > now:
        return None
    return scheduled(_with(chat, lease=None))


def paused(chat: Chat, reason: str) -> Chat:
    """Nothing is sent until the chat is `resumed`; news still collects.

    A sender that is serving it keeps the lease, in order to mark what it has sent.
    """
    return scheduled(_with(chat, paused=reason))


def refused(chat: Chat, reason: str, *, lease: str) -> Chat | None:
    """The lease ends and the chat is paused, as Telegram refused a message to it.

    It is not paused if the person was heard from under that lease: then the entries are due again.
    None: the lease was lost, and its new holder will get the same answer.
    """
    if chat.lease != lease:
        return None
    free = _with(chat, lease=None)
    is_outdated = chat.heard_under == lease or chat.paused == BLOCKED
    return scheduled(free) if is_outdated else paused(free, reason)


def resumed(chat: Chat, now: datetime) -> Chat | None:
    """The person was heard from: a pause ends, and what has collected is due unless held back.

    A message that is being sent right now may still be refused for the old reason, so the chat
    remembers the lease under which the person was heard from.
    """
    is_said = chat.lease is None or chat.heard_under == chat.lease
    heard = chat if is_said else _with(chat, heard_under=chat.lease)
    if chat.paused is None:
        return None if is_said else heard
    waits_from = now if chat.entries else None
    return scheduled(_with(heard, paused=None, rests_until=waits_from, attempts=0))


def preferring(chat: Chat, preferences: Preferences) -> Chat:
    """New preferences; entries that are held back by the old ones are reconsidered."""
    entries = [
        entry.model_copy(update={"due": entry.since}) if entry.due else entry
        for entry in chat.entries
    ]
    return scheduled(_with(chat, preferences=preferences, entries=entries))


# Parts


def _with(chat: Chat, **changes: object) -> Chat:
    return chat.model_copy(update=changes)


def _ended(chat: Chat, next_at: datetime) -> Chat:
    rests_until = next_at if chat.entries else None
    return scheduled(_with(chat, lease=None, attempts=0, rests_until=rests_until))


def scheduled(chat: Chat) -> Chat:
    """The chat with ``due_at`` computed from its other fields."""
    if chat.lease:
        return chat
    if chat.paused is not None or not chat.entries:
        return _with(chat, due_at=None)
    earliest = min(entry.due or entry.since for entry in chat.entries)
    return _with(chat, due_at=max(chat.rests_until or earliest, earliest))


def _which(entry: Entry | PastEntry) -> tuple[str, str, int]:
    return entry.order_id, entry.kind, entry.news


def _is_same(one: Entry | PastEntry, other: Entry | PastEntry) -> bool:
    """Of the same kind and order."""
    return one.order_id == other.order_id and one.kind == other.kind


def _past(ended: Entry | PastEntry) -> PastEntry:
    if isinstance(ended, PastEntry):
        return ended
    return PastEntry(order_id=ended.order_id, news=ended.news, kind=ended.kind)


def _without(chat: Chat, ended: Iterable[Entry | PastEntry]) -> list[Entry]:
    """The entries that are left after these ended."""
    return [entry for entry in chat.entries if not any(_is_gone(entry, each) for each in ended)]


def _is_gone(entry: Entry, ended: Entry | PastEntry) -> bool:
    """Whether the end of ``ended`` removes the entry.

    A message that was sent always does; an `Entry` only if it was not posted again since.
    """
    if not _is_same(entry, ended) or entry.news > ended.news:
        return False
    return isinstance(ended, PastEntry) or entry.since <= ended.since


def _cards(chat: Chat, card: Card | None) -> list[Card]:
    """The cards with the order's new live message in place of its old one."""
    if card is None:
        return chat.cards
    return [*(each for each in chat.cards if each.order_id != card.order_id), card][-CARDS:]
