"""What happens to a mailbox: each function makes of a chat the chat as it is afterwards.

The mailbox is the outbox of one chat: at most one entry per order with news, and one to remind of
it. It is served under a lease, by one sender at a time. None: nothing happens, for what the
caller takes for granted is not so, or no longer.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from storage.models import Card, Chat, Entry, PastEntry, Preferences

REMEMBERED = 50
"""How many of the latest messages a mailbox remembers, so that none is posted to it again."""
BLOCKED = "blocked"
"""Why a chat is paused whose person has blocked us, as Telegram told."""
CARDS = 20
"""Of how many orders a chat's live message is remembered."""


# Posting


def handed_over(
    chat: Chat, entry: Entry, *, whose: Collection[str], lease: str, until: datetime
) -> Chat | None:
    """Posted to an empty, idle mailbox and claimed at once. None: use `posted`."""
    is_idle = not chat.entries and chat.due_at is None and chat.paused is None
    if not is_idle or not wants(chat, entry, whose):
        return None
    return _with(chat, entries=[entry], due_at=until, lease=lease)


def posted(chat: Chat, entry: Entry, *, whose: Collection[str]) -> Chat | None:
    """With the entry, merged with one of the same kind for the same order.

    ``whose``: the order's. What waited is told no later for it, and counts as before. None: the
    mailbox has had this news already, or the chat follows none of these any more.
    """
    if not wants(chat, entry, whose):
        return None
    return _put(chat, entry, _merged(_waiting(chat, entry), entry))


def posted_again(chat: Chat, entry: Entry, *, whose: Collection[str]) -> Chat | None:
    """`posted`, of what was given up and may still be in the mailbox for that moment.

    It waits as of now, so that the `dropped` which is on its way does not take it.
    """
    if not wants(chat, entry, whose, even_if_waiting=True):
        return None
    merged = _merged(_waiting(chat, entry), entry)
    return _put(chat, entry, merged.model_copy(update={"since": entry.since}))


def wants(
    chat: Chat, entry: Entry, whose: Collection[str], *, even_if_waiting: bool = False
) -> bool:
    """The chat still follows the order, and the news was neither sent nor waits. Whether it still
    waits for an arrival, who serves it finds out.

    ``even_if_waiting``: this very news may wait; only newer may not.
    """
    sent = [each.news for each in chat.told if _is_same(each, entry)]
    waiting = [each.news - even_if_waiting for each in chat.entries if _is_same(each, entry)]
    is_theirs = entry.kind == "arrival" or chat.follows(whose)
    return is_theirs and max([*sent, *waiting, -1]) < entry.news


def _put(chat: Chat, entry: Entry, becomes: Entry) -> Chat:
    others = [each for each in chat.entries if not _is_same(each, entry)]
    return scheduled(_with(chat, entries=[*others, becomes]))


def _merged(waited: Entry | None, entry: Entry) -> Entry:
    """The entry with what waited in its place: the older and the sooner of both."""
    if waited is None:
        return entry
    due = min(waited.due, entry.due) if waited.due and entry.due else None
    since, after = min(waited.since, entry.since), min(waited.after, entry.after)
    return entry.model_copy(update={"since": since, "after": after, "due": due})


def _waiting(chat: Chat, entry: Entry) -> Entry | None:
    return next((each for each in chat.entries if _is_same(each, entry)), None)


# Serving


def claimed(chat: Chat, read: Chat, *, lease: str, until: datetime) -> Chat | None:
    """Taken as it was ``read``. None: somebody else was quicker."""
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
    """Without what was sent, and without entries that are over; all of it is remembered, and the
    lease has ended. The rest is due ``next_at`` at the earliest. ``card``: the order's live message
    now. None: the lease was lost; whoever has it now answers for the entries.
    """
    if chat.lease != lease:
        return None
    past = [*chat.told, *map(_past, ended)][-REMEMBERED:]
    left = _without(chat, ended)
    return _ended(_with(chat, entries=left, told=past, cards=_cards(chat, card)), next_at)


def dropped(chat: Chat, entries: Sequence[Entry], *, lease: str, next_at: datetime) -> Chat | None:
    """Without the entries, as what could not be told. What was posted again meanwhile stays."""
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
    """Each entry is held back until its ``due``, unless newer news took its place meanwhile."""
    if chat.lease != lease:
        return None
    due = {_which(each): each.due for each in entries}
    held_back = [
        entry.model_copy(update={"due": due.get(_which(entry), entry.due)})
        for entry in chat.entries
    ]
    return _ended(_with(chat, entries=held_back, cards=_cards(chat, card)), next_at)


def postponed(chat: Chat, *, lease: str, until: datetime, attempts: int) -> Chat | None:
    """With nothing sent, and due again at ``until``."""
    if chat.lease != lease:
        return None
    return scheduled(_with(chat, rests_until=until, attempts=attempts, lease=None))


def released(chat: Chat, now: datetime) -> Chat | None:
    """Due as before, where the holder of the lease is gone. None: it has not run out."""
    if not chat.lease or chat.due_at is None or chat.due_at > now:
        return None
    return scheduled(_with(chat, lease=None))


def paused(chat: Chat, reason: str) -> Chat:
    """Nothing is sent until it is `resumed`; news still gathers.

    Whoever is serving it keeps the lease, to mark what was told.
    """
    return scheduled(_with(chat, paused=reason))


def refused(chat: Chat, reason: str, *, lease: str) -> Chat | None:
    """Paused by what Telegram said to whoever served it, whose lease ends.

    Not if the person was heard from under that lease: what waits is due then. None: the lease was
    lost; whoever has it now will be told.
    """
    if chat.lease != lease:
        return None
    free = _with(chat, lease=None)
    is_outdated = chat.heard_under == lease or chat.paused == BLOCKED
    return scheduled(free) if is_outdated else paused(free, reason)


def resumed(chat: Chat, now: datetime) -> Chat | None:
    """The person was heard from: what gathered is due, but for what is held back.

    What is being sent just now may be refused for what was so before: that is remembered.
    """
    is_said = chat.lease is None or chat.heard_under == chat.lease
    heard = chat if is_said else _with(chat, heard_under=chat.lease)
    if chat.paused is None:
        return None if is_said else heard
    waits_from = now if chat.entries else None
    return scheduled(_with(heard, paused=None, rests_until=waits_from, attempts=0))


def preferring(chat: Chat, preferences: Preferences) -> Chat:
    """What is held back is looked at again."""
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
    """With the ``due_at`` that the rest of it says."""
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
    """All but these, and but for older ones in their place."""
    return [entry for entry in chat.entries if not any(_is_gone(entry, each) for each in ended)]


def _is_gone(entry: Entry, ended: Entry | PastEntry) -> bool:
    """What was told goes in any case; an entry without it only as it was read, and not if it was
    posted again since."""
    if not _is_same(entry, ended) or entry.news > ended.news:
        return False
    return isinstance(ended, PastEntry) or entry.since <= ended.since


def _cards(chat: Chat, card: Card | None) -> list[Card]:
    """With the order's live message in the place of its last one."""
    if card is None:
        return chat.cards
    return [*(each for each in chat.cards if each.order_id != card.order_id), card][-CARDS:]
