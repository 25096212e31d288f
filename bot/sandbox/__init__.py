"""A local Telegram: a Bot API server as strict as the real one, people to talk to, a chat page.

It knows nothing of Trackline, and Trackline knows nothing of it but `BOT_API_URL`.
"""

from bot.sandbox.api import Call
from bot.sandbox.faults import Fault
from bot.sandbox.model import Button, CallbackAnswer, Chat, Message, ReplyButton
from bot.sandbox.people import NotPossible, Person
from bot.sandbox.server import Sandbox, Shop

__all__ = [
    "Button",
    "Call",
    "CallbackAnswer",
    "Chat",
    "Fault",
    "Message",
    "NotPossible",
    "Person",
    "ReplyButton",
    "Sandbox",
    "Shop",
]
