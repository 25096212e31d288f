"""Keeps the maps up to date that show couriers: writes their places, and moves the maps.

Any number of replicas may run one each. They share the work through leases in the database only.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.guarding import guarded
from bot.delivery.lease import Lease
from bot.delivery.map_sender import Done, Later, MapSender, Outcome
from bot.delivery.sender import SEND_TIMEOUT, SLOT_TIMEOUT
from bot.services.news import courier_maps as maps
from bot.services.news.courier import CourierNews
from bot.services.news.courier_maps import Act, Served
from bot.services.orders.timeline import timeline
from storage.chats import Chats
from storage.models import Chat, Courier, Map, Order

LEASE = timedelta(seconds=SLOT_TIMEOUT + 2 * SEND_TIMEOUT)
"""Long enough to wait for a slot, send a map, and delete the former one."""
TICK = 1.0
"""Seconds between two looks for maps that are due."""
BATCH = 200

FAILED = "maps_failed"


@dataclass(kw_only=True)
class Maps:
    """Works from `run` until `stop`. If maps are switched off, it ends those that are left.

    ``serves``: whether this replica moves maps. If not, it only writes the places.
    """

    news: CourierNews
    chats: Chats
    sender: MapSender
    serves: bool = True
    _stopping: bool = False
    _in_hand: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        await guarded(self.news.look_for_couriers(), FAILED)
        while not self._stopping:
            self.news.wake.clear()
            await guarded(self._round(), FAILED)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wake.wait(), TICK)
        await guarded(self.news.write(), FAILED)
        await asyncio.gather(*self._in_hand.values())

    def stop(self) -> None:
        """Claims no more maps. `run` returns when the work in hand is done."""
        self._stopping = True
        self.news.wake.set()

    async def _round(self) -> None:
        await self.news.write()
        if self.serves:
            await self._look_for_due()

    async def _look_for_due(self) -> None:
        due = await self.news.couriers.due(self._now(), BATCH, but=self._in_hand)
        for courier in due:
            serving = guarded(self._serve(courier), FAILED)
            self._in_hand[courier.id] = asyncio.create_task(serving)

    def _now(self) -> datetime:
        return self.sender.now()

    async def _serve(self, read: Courier) -> None:
        """Claims the courier's maps, and does for each what is due."""
        try:
            await self._claim_and_serve(read)
        finally:
            del self._in_hand[read.id]

    async def _claim_and_serve(self, read: Courier) -> None:
        lease = Lease.taken(self._now(), LEASE)
        claiming = partial(maps.claimed, lease=lease.token, now=self._now(), until=lease.until)
        courier = await self.news.couriers.change_as_read(read, read.id, claiming)
        if courier is None:
            return
        order = await self.news.orders.get(courier.id)
        is_out = self.news.may_be_seen and order is not None and maps.is_out(timeline(order))
        watching = await self._watching(courier, order)
        acts = maps.wanted(courier, is_on_its_way=is_out, watching=watching, now=self._now())
        results = await asyncio.gather(
            *(self._act(act, each, courier, watching, lease) for each, act in acts)
        )
        await self._settle(courier, results, lease, is_out=is_out)

    async def _watching(self, courier: Courier, order: Order | None) -> Mapping[int, Chat]:
        """The chats that may see it: they still follow the order, and have not blocked the bot."""
        if order is None:
            return {}
        found = await asyncio.gather(*(self.chats.get(each.chat_id) for each in courier.maps))
        chats = {chat.id: chat for chat in found if chat}
        return {i: c for i, c in chats.items() if c.follows(order.whose) and not c.paused}

    async def _act(
        self, act: Act, each: Map, courier: Courier, watching: Mapping[int, Chat], lease: Lease
    ) -> Served:
        if act == "drop":
            return Served(each, None)
        if act == "end":
            return Served(each, self._left(each, await self.sender.end(each, until=lease.ends)))
        chat, send = watching[each.chat_id], self.sender.move
        if act == "show":
            send = self.sender.show
        outcome = await send(chat, courier, each, until=lease.ends)
        if not isinstance(outcome, Done):
            return Served(each, self._left(each, outcome))
        now, place = self._now(), courier.place
        shown = {"shown": place and place.at, "rests_until": now + maps.STEP, "attempts": 0}
        if act == "show":
            until = now + maps.LIVES
            shown |= {"message_id": outcome.message_id, "former": None, "until": until}
        return Served(each, each.model_copy(update=shown))

    def _left(self, each: Map, outcome: Outcome) -> Map | None:
        """The map as it is to be tried again. None: there is no such map any more."""
        if not isinstance(outcome, Later):
            return None
        rests = {
            "rests_until": self._now() + outcome.after,
            "attempts": each.attempts + outcome.counts,
        }
        return each.model_copy(update=rests)

    async def _take_back(self, results: Sequence[Served]) -> None:
        """Ends maps that were just sent, if the order or the chat has been erased meanwhile."""
        for each in results:
            if each.left and each.left.message_id != each.map.message_id:
                await self.sender.end(each.left)

    async def _settle(
        self, courier: Courier, results: Sequence[Served], lease: Lease, *, is_out: bool
    ) -> None:
        serving = partial(maps.served, results=results, lease=lease.token, now=self._now())
        left = await self.news.couriers.change_as_read(courier, courier.id, serving)
        if left is None:
            await self._take_back(results)
        elif maps.is_over(left, is_on_its_way=is_out, now=self._now()):
            await self.news.couriers.remove(left)
