"""What is said of a delivery, on the phone and in the database."""

from typing import Any

from bot.services.orders.references import button_key
from sandbox import Message, Person
from storage.feedback import Opinions
from storage.models import Opinion
from storage.mongo import Mongo

KEY = button_key("ord_1")
GOOD, FAIR, BAD = "😀 Great", "😐 OK", "🙁 Not great"


async def opinion(mongo: Mongo, person: Person, order_id: str = "ord_1") -> Opinion:
    found = await Opinions(mongo).get(person.id, order_id)
    assert found is not None
    return found


async def none_is_kept(mongo: Mongo) -> bool:
    return await mongo.database["feedback"].count_documents({}) == 0


async def backdate(mongo: Mongo, **fields: Any) -> None:
    await mongo.database["feedback"].update_many({}, {"$set": fields})


def labels(message: Message) -> list[list[str]]:
    return [[button.text for button in row] for row in message.buttons]


def assert_at_hand(message: Message) -> None:
    """It brings the keyboard back that the question has taken away."""
    assert message.reply_keyboard
    assert message.reply_keyboard[0][0].text == "📦 My orders"


async def is_asked(person: Person) -> Message:
    """The message that asks for a comment, after an answer."""
    await person.press(GOOD)
    await person.press("✍️ Add a comment")
    return await person.receives(containing="What would you like to tell Nile Coffee?")
