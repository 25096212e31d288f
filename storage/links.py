"""How a chat's links change: pure functions that return the chat as it becomes."""

from collections.abc import Collection, Sequence

from storage.mailbox import scheduled
from storage.models import Chat, Joined, Link
from storage.whose import order_of

SINGLES = 100
"""How many single orders a chat may follow; a new one replaces the oldest."""


def linked(chat: Chat, new: Chat) -> Chat:
    """Adds the one link of ``new``, which describes the same chat, and takes its language.

    A link to the same account or order stays, with the new reference and hint. A chat that followed
    nothing also takes the preferences of ``new``.
    """
    chat = chat.model_copy(update={"language": new.language or chat.language})
    [link] = new.links
    if known := chat.link_to([link.whose]):
        given = {
            "reference": link.reference,
            "account_hint": link.account_hint or known.account_hint,
        }
        renewed = known.model_copy(update=given)
        links = [renewed if each is known else each for each in chat.links]
        return chat.model_copy(update={"links": links})
    changes = {
        "links": _room([*chat.links, link]),
        "preferences": chat.preferences if chat.links else new.preferences,
        "misses": chat.misses or new.misses,
        "joined": [*chat.joined, Joined(whose=link.whose)],
        "tell_at": new.tell_at,
    }
    return chat.model_copy(update=changes)


def left(chat: Chat, whose: str, gone: Collection[str]) -> Chat:
    """Removes the link. ``gone``: ids of the orders that are no longer followed, of which nothing
    is kept. With the last link, all entries go but those for shared orders of others."""
    links = [link for link in chat.links if link.whose != whose]
    entries = [entry for entry in chat.entries if links or entry.kind == "arrival"]
    changes = {
        "links": links,
        "joined": [each for each in chat.joined if each.whose != whose],
        "muted": [order_id for order_id in chat.muted if order_id not in gone],
        "followed": [order_id for order_id in chat.followed if order_id not in gone],
        "entries": [each for each in entries if each.order_id not in gone],
        "told": [each for each in chat.told if each.order_id not in gone],
        "cards": [each for each in chat.cards if each.order_id not in gone],
        "writing": None if chat.writing in gone else chat.writing,
        "about_to_write": chat.about_to_write
        if chat.about_to_write and chat.about_to_write.order_id not in gone
        else None,
    }
    return scheduled(chat.model_copy(update=changes))


def _room(links: Sequence[Link]) -> list[Link]:
    """The links without the oldest single orders beyond `SINGLES`."""
    singles = [link for link in links if order_of(link.whose)]
    too_many = singles[: len(singles) - SINGLES] if len(singles) > SINGLES else []
    return [link for link in links if link not in too_many]
