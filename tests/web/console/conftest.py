"""The console's own fixtures."""

from datetime import UTC, datetime, timedelta

from sandbox import Person
from storage.chats import Chats
from storage.models import Preferences
from storage.mongo import Mongo
from tests.support.quiet import quiet

__all__ = ["quiet", "wants_quiet_now"]


async def wants_quiet_now(mongo: Mongo, person: Person) -> datetime:
    """They hear nothing until then, the hour after the next."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    until = hour + timedelta(hours=2)
    wanted = {"timezone": "UTC", "quiet": (hour.hour, until.hour)}
    await Chats(mongo).prefer(person.id, Preferences.model_validate(wanted))
    return until
