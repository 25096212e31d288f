"""Updates from Telegram. Each is handled before it is confirmed; those of one person in order."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from prometheus_client import Counter
from telegram import Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.telegram.bot import TelegramBot
from bot.telegram.reading import id_of, read_update
from storage.errors import DatabaseError
from storage.updates import Updates

KINDS = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.INLINE_QUERY]
"""The kinds of updates that we take (Bot API: allowed_updates). Edited messages are not among
them."""

POLL = 25
"""Seconds for which Telegram holds a poll open while there is nothing new."""
WAITS = (1, 2, 5, 10, 30)
"""Seconds to wait after polls that fail."""
FLOOR = 1.0
"""The least seconds from a poll that brought nothing to the next. Not every server holds it
open."""
CONFLICTS = 3
"""So many 409s in a row come from another program that polls, not from our own last poll."""
HANDLING_TIMEOUT = 1.0
"""Seconds that we wait for updates to be handled before we poll for more."""
REMEMBERED = 1000
"""Handled updates whose ids are remembered. Ids do not always rise (Bot API: Update)."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""The largest difference between Telegram's clock and ours."""
MOST_WAITING = 20
"""Updates of one person that may wait. More are dropped, except when somebody blocks the bot."""

LEFT = Counter(
    "trackline_updates_left_total", "Updates of people of whom too many were waiting already"
)

log = structlog.get_logger()


class _Turn:
    """The turn of one person's updates: one is handled, and the others wait."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.taken = 0


class Inbox:
    """Handles updates: one at a time for each person, and those of several persons at once.

    An update that Telegram sends twice is handled once. Only after a crash between handling it and
    remembering it is it handled again.
    """

    def __init__(
        self,
        handle: Callable[[Update], Awaitable[None]],
        updates: Updates | None = None,
        *,
        is_question: Callable[[Update], bool] = lambda _: False,
    ) -> None:
        """``updates``: remembers handled updates, for other replicas and after a restart.

        That costs two round trips for an update, one before it is handled and one after. An update
        that ``is_question`` is only answered, and does without them.
        """
        self._handle = handle
        self._is_question = is_question
        self._turns: WeakValueDictionary[int, _Turn] = WeakValueDictionary()
        self._handled: dict[int, datetime] = {}  # by id, the latest last
        self._numbered_since = datetime.min.replace(tzinfo=UTC)
        self._updates = updates

    async def take(self, update: Update) -> None:
        """Returns when the update is handled, or dropped because too many of this person wait."""
        who = update.effective_user.id if update.effective_user else 0
        turn = self._turns.setdefault(who, _Turn())
        with structlog.contextvars.bound_contextvars(update_id=update.update_id):
            if turn.taken >= MOST_WAITING and update.my_chat_member is None:
                LEFT.inc()
                log.warning("update_left", why="too many of this person are waiting")
                return
            turn.taken += 1
            try:
                async with turn.lock:
                    await self._handle_once(update)
            finally:
                turn.taken -= 1

    def begin_anew(self, at: datetime) -> None:
        """Telegram's ids have started again: equal ids from before are other updates."""
        log.warning("update_ids_begin_anew")
        self._numbered_since = at

    async def _handle_once(self, update: Update) -> None:
        if self._is_repeat(update, self._handled.get(update.update_id)):
            return
        if self._updates is None or self._is_question(update):
            await self._handle(update)
        else:
            await self._handle_and_remember(update, self._updates)
        self._handled.pop(update.update_id, None)
        self._handled[update.update_id] = datetime.now(UTC)
        if len(self._handled) > REMEMBERED:
            del self._handled[next(iter(self._handled))]

    async def _handle_and_remember(self, update: Update, updates: Updates) -> None:
        was_handled = await self._was_handled(updates, update)
        if was_handled:
            return
        await self._handle(update)
        if was_handled is not None:
            await self._remember(updates, update.update_id)

    def _is_repeat(self, update: Update, handled_at: datetime | None) -> bool:
        """Whether it was handled.

        ``handled_at``: when an update with this id was; it may be another.
        """
        if handled_at is None or handled_at < self._numbered_since:
            return False
        said_at = _said_at(update)
        if said_at and said_at > handled_at + CLOCKS_DIFFER:
            self.begin_anew(said_at)
            return False
        log.info("update_repeated")
        return True

    async def _was_handled(self, updates: Updates, update: Update) -> bool | None:
        """None: the database is away. The update is handled anyway, and its handler says so.

        Then it is not remembered either, and may be handled again after a crash.
        """
        try:
            return self._is_repeat(update, await updates.handled_at(update.update_id))
        except DatabaseError as error:
            log.warning("update_not_looked_up", error=type(error).__name__)
            return None

    async def _remember(self, updates: Updates, update_id: int) -> None:
        try:
            await updates.remember(update_id, datetime.now(UTC))
        except DatabaseError as error:
            log.warning("update_not_remembered", error=type(error).__name__)


def _said_at(update: Update) -> datetime | None:
    """The time by Telegram's clock. None: not known, as of a pressed button."""
    what = update.message or update.my_chat_member
    return what.date if what else None


class Poller:
    """Long polling. An update is confirmed to Telegram after it was handled, never before.

    python-telegram-bot's own updater confirms first: a crash would lose the updates in hand.
    """

    def __init__(self, bot: TelegramBot, inbox: Inbox) -> None:
        self._bot = bot
        self._inbox = inbox
        self._in_hand: dict[int, asyncio.Task[None]] = {}  # by update id, in Telegram's order
        self._next: int | None = None  # confirms all before it; None: there is nothing to confirm
        self._confirmed = -1  # the latest: it and those before it cannot come again
        self._asking: asyncio.Future[list[object]] | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Polls until `stop`, or until Telegram says that another program polls with this token."""
        async with asyncio.TaskGroup() as tasks:
            await self._poll_on(tasks)
        self._let_go()
        if self._stopping.is_set():
            await self._confirm()
        else:
            log.error(
                "polling_stopped",
                why="another program polls with this BOT_TOKEN: stop it and start this one again",
            )

    def stop(self) -> None:
        """Ends polling. `run` returns when the updates in hand are handled."""
        self._stopping.set()
        if self._asking:
            self._asking.cancel()

    async def _poll_on(self, tasks: asyncio.TaskGroup) -> None:
        failures = conflicts = 0
        while not self._stopping.is_set() and conflicts < CONFLICTS:
            began = time.monotonic()
            try:
                updates = await self._ask()
            except Conflict:
                conflicts += 1
                log.warning("polling_conflict", attempt=conflicts)
                await self._rest(WAITS[0])
            except TelegramError as error:
                report = log.error if isinstance(error, InvalidToken) else log.warning
                report("polling_failed", error=error.message)
                await self._rest(WAITS[min(failures, len(WAITS) - 1)])
                failures += 1
            else:
                failures = conflicts = 0
                if not await self._hand_out(updates, tasks):
                    await self._rest(began + FLOOR - time.monotonic())

    async def _ask(self) -> list[object]:
        """New updates, and once more those in hand."""
        self._asking = asyncio.ensure_future(
            self._bot.updates(offset=self._next, wait=POLL, kinds=KINDS)
        )
        try:
            updates = await self._asking
        except asyncio.CancelledError:
            if self._stopping.is_set():
                return []
            raise
        finally:
            self._asking = None
        if self._next is not None:
            self._confirmed, self._next = self._next - 1, None
        return updates

    async def _hand_out(self, updates: Sequence[object], tasks: asyncio.TaskGroup) -> bool:
        """Starts to handle them, and waits a little, so that a slow one does not hold up the rest.

        An update that cannot be read is confirmed like the others. False: nothing is in hand.
        """
        for raw in updates:
            known_as = id_of(raw)
            if known_as is None:
                read_update(raw, self._bot)  # logs it; without an id it cannot be confirmed
            elif known_as not in self._in_hand:
                if known_as <= self._confirmed:
                    self._confirmed = -1
                    self._inbox.begin_anew(datetime.now(UTC))
                self._in_hand[known_as] = tasks.create_task(self._handle(raw))
        if not self._in_hand:
            return False
        await asyncio.wait(self._in_hand.values(), timeout=HANDLING_TIMEOUT)
        self._let_go()
        return True

    async def _handle(self, raw: object) -> None:
        """An error is logged and the update is done: it would fail again."""
        try:
            if update := read_update(raw, self._bot):
                await self._inbox.take(update)
        except Exception as error:
            log.exception("update_failed", error=type(error).__name__)

    def _let_go(self) -> None:
        """Marks updates to be confirmed, up to the first one that is not handled yet."""
        for update_id, task in list(self._in_hand.items()):
            if not task.done():
                return
            del self._in_hand[update_id]
            self._next = update_id + 1

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), max(seconds, 0))

    async def _confirm(self) -> None:
        """Confirms the last handled updates, so that they do not come again."""
        try:
            if self._next is not None:
                await self._bot.updates(offset=self._next, wait=0)
        except TelegramError as error:
            log.warning("confirming_failed", error=error.message)
