"""Something happens to an order; what then stands in a chat and in its mailbox."""

from bot.delivery.dispatcher import Dispatcher
from sandbox import Person
from storage.chats import Chats
from storage.models import Chat, Event
from storage.orders import Orders
from tests.support.news import event, record
from tests.support.waiting import until


async def happens(
    dispatcher: Dispatcher, orders: Orders, order_id: str, what: Event | str, after: float = 0
) -> None:
    """An event is recorded and announced, as the webhook does it."""
    await record(orders, order_id, event(what, after=after) if isinstance(what, str) else what)
    dispatcher.fresh.announce(order_id)


async def idle(chats: Chats, person: Person) -> Chat:
    """The chat, once nothing waits in its mailbox."""

    async def look() -> Chat | None:
        chat = await chats.get(person.id)
        return chat if chat and not chat.entries and chat.lease is None else None

    chat = await until(look)
    assert chat is not None
    return chat


async def waits(chats: Chats, person: Person, count: int = 1) -> Chat:
    """The chat, once so many entries wait and nobody serves it."""

    async def look() -> Chat | None:
        chat = await chats.get(person.id)
        return chat if chat and len(chat.entries) == count and chat.lease is None else None

    chat = await until(look)
    assert chat is not None
    return chat


def pushes(person: Person) -> list[str]:
    return [message.text.splitlines()[0] for message in person.inbox]
