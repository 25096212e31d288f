"""A local Telegram: a Bot API server as strict as the real one, people to talk to, a chat page.

It does not depend on Trackline. Trackline knows only its address, as `BOT_API_URL`.
"""

from sandbox.api import Call
from sandbox.faults import Fault
from sandbox.model import Button, CallbackAnswer, Chat, Message, ReplyButton
from sandbox.people import NotPossible, Person
from sandbox.server import Sandbox, Shop

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
