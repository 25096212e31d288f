"""Models of the documents in the database.

All datetimes are aware and in UTC; MongoDB keeps them to the millisecond.
"""

from storage.models.base import EssentialText, PersonalText
from storage.models.chats import (
    Card,
    Chat,
    Entry,
    Joined,
    Kind,
    Link,
    Offered,
    PastEntry,
    Preferences,
)
from storage.models.console import Figures, Meaning, Source, Trace, Word
from storage.models.conversations import Conversation, Relay, Side
from storage.models.couriers import Courier, Map, Place
from storage.models.orders import (
    DAY_OR_MOMENT,
    OVERDUE,
    Action,
    Carrier,
    Change,
    Choice,
    Event,
    Item,
    Listed,
    Order,
    Pickup,
    Replaced,
    Window,
)
from storage.models.people import LinkToken, Opinion, Phone, PrivacyRequest, Rating, Share, Wait
from storage.models.shop import DeadLetter, Repeatable, ShopEvent

__all__ = [
    "DAY_OR_MOMENT",
    "OVERDUE",
    "Action",
    "Card",
    "Carrier",
    "Change",
    "Chat",
    "Choice",
    "Conversation",
    "Courier",
    "DeadLetter",
    "Entry",
    "EssentialText",
    "Event",
    "Figures",
    "Item",
    "Joined",
    "Kind",
    "Link",
    "LinkToken",
    "Listed",
    "Map",
    "Meaning",
    "Offered",
    "Opinion",
    "Order",
    "PastEntry",
    "PersonalText",
    "Phone",
    "Pickup",
    "Place",
    "Preferences",
    "PrivacyRequest",
    "Rating",
    "Relay",
    "Repeatable",
    "Replaced",
    "Share",
    "ShopEvent",
    "Side",
    "Source",
    "Trace",
    "Wait",
    "Window",
    "Word",
]
