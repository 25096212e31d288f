"""What a chat's links become: each function makes of a chat the chat as it is afterwards."""

from collections.abc import Collection, Sequence

from storage.mailbox import scheduled
from storage.models import Chat, Joined, Link
from storage.whose import order_of

SINGLES = 100
"""How many single orders a chat follows; the oldest gives way to a new one."""


def linked(chat: Chat, new: Chat) -> Chat:
    """With the link of the ``new`` chat, which stands for the same person.

    If it has one to the same already, that stays as it is; the reference, the hint and the language
    are those of the new one, where it has them. A chat that followed nothing is written to as the
    new one.
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
    """Without the link to these orders. ``gone``: ids of the orders that are followed no more, of
    which nothing stays. With the last link goes all but what is for who was given another's."""
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
    """Without the oldest single orders of too many."""
    singles = [link for link in links if order_of(link.whose)]
    too_many = singles[: len(singles) - SINGLES] if len(singles) > SINGLES else []
    return [link for link in links if link not in too_many]
