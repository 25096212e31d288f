"""Ingest: signed events over 32 connections, beside a bare handler and a tutorial's service."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from bench.figures import Figure, at_least, at_most, ratios
from bench.filling import fill
from bench.firing import Load, fire
from bench.product import link, product
from bench.programs import Program, module, running
from bench.shop import Shop, naive_changes, naive_creations
from bench.stage import Stage
from bench.telegram import Telegram, telegram

ORDERS = 2000
FASTEST = 3000
"""Requests per second that are prepared. A round ends when none are left."""
PLAIN, FOLLOWED = [
    [(f"{kind}_{n}", f"cus_{kind}_{n}") for n in range(ORDERS)] for kind in ("plain", "followed")
]
Rounds = dict[str, list[Load]]


class Contenders:
    """The programs of the bench, with a method for a round of each."""

    def __init__(self, stage: Stage, shop: Shop) -> None:
        self._stage = stage
        self._shop = shop
        self._batches = 0

    async def open(self, opened: AsyncExitStack) -> None:
        stage, server = self._stage, self._stage.server
        opened.push_async_callback(server.remove, "ours", "floor", "express")
        self.telegram: Telegram = await opened.enter_async_context(telegram(stage.home))
        await link(server.database("ours"), ((n + 1, FOLLOWED[n][1]) for n in range(ORDERS)))
        ours = product(server.address("ours"), self.telegram.url, stage.home)
        self.ours = await opened.enter_async_context(ours)
        await fill(self.ours, server.database("ours"), self._shop, PLAIN + FOLLOWED)
        known = [{"_id": order, "customer_id": customer} for order, customer in PLAIN]
        await server.database("floor")["orders"].insert_many(known)
        command = module("bench.floors.ingest", server.address("floor"))
        floor = running(command, stage.home / "floor.log")
        self.floor = await opened.enter_async_context(floor)
        self.express = await self._express(opened)

    async def _express(self, opened: AsyncExitStack) -> Program | None:
        command = self._stage.express
        if command is None:
            return None
        address = self._stage.server.address("express")
        log = self._stage.home / "express.log"
        program = await opened.enter_async_context(running([*command, address], log))
        orders = naive_creations([customer for _, customer in PLAIN], ORDERS, "plain")
        await fire(program, orders)
        return program

    async def changed(
        self, program: Program, orders: Sequence[tuple[str, str]], seconds: float
    ) -> Load:
        names = [order for order, _ in orders]
        requests = self._shop.changes(names, int(FASTEST * seconds))
        return await fire(program, requests, seconds=seconds)

    async def created(self, program: Program, seconds: float) -> Load:
        customers = [customer for _, customer in PLAIN]
        requests = self._shop.creations(customers, int(FASTEST * seconds))
        return await fire(program, requests, seconds=seconds)

    async def followed(self, seconds: float) -> Load:
        """A round that ends when all its messages have been sent.

        Its CPU includes the sending.
        """
        await self.telegram.forget()
        cpu = self.ours.cpu
        load = await self.changed(self.ours, FOLLOWED, seconds)
        messages = await self.telegram.count()
        await self.telegram.quiet()
        return replace(load, cpu=self.ours.cpu - cpu, messages=messages)

    async def naively(self, program: Program, what: str, seconds: float) -> Load:
        count = int(FASTEST * seconds)
        if what == "changed":
            requests = naive_changes([order for order, _ in PLAIN], count)
        else:
            self._batches += 1
            requests = naive_creations([c for _, c in PLAIN], count, f"new_{self._batches}")
        return await fire(program, requests, seconds=seconds)


async def measure(stage: Stage) -> list[Figure]:
    async with AsyncExitStack() as opened:
        made = Contenders(stage, Shop())
        await made.open(opened)
        turns = {
            "floor, known": lambda seconds: made.changed(made.floor, PLAIN, seconds),
            "known": lambda seconds: made.changed(made.ours, PLAIN, seconds),
            "followed": made.followed,
            "floor, creating": lambda seconds: made.created(made.floor, seconds),
            "creating": lambda seconds: made.created(made.ours, seconds),
        }
        if express := made.express:
            turns["Express, known"] = lambda seconds: made.naively(express, "changed", seconds)
            turns["Express, creating"] = lambda seconds: made.naively(express, "new", seconds)
        return _figures(stage, await stage.in_turn(turns))


def _figures(stage: Stage, found: Rounds) -> list[Figure]:
    rates = {name: [load.rate for load in loads] for name, loads in found.items()}
    figures = [Figure("ingest", f"{name}", "events/s", values) for name, values in rates.items()]

    def beside(what: str, ours: str, other: str, embedded: float, engine: float) -> None:
        target, unit = at_least(embedded, engine), "ratio"
        if other in rates:
            values = ratios(rates[ours], rates[other])
            figures.append(Figure("ingest", what, unit, values, target))
        else:
            why = stage.skipped.get("Express", "")
            figures.append(Figure("ingest", what, unit, target=target, skipped=why))

    beside("known / floor", "known", "floor, known", 0.8, 1.0)
    beside("followed / floor", "followed", "floor, known", 0.3, 0.4)
    beside("creating / floor", "creating", "floor, creating", 1.5, 1.5)
    beside("known / Express", "known", "Express, known", 1.0, 1.2)
    beside("creating / Express", "creating", "Express, creating", 1.0, 1.2)
    cpu = {name: [load.cpu_ms for load in loads] for name, loads in found.items()}
    messages = [load.messages / load.seconds for load in found["followed"]]
    refused = [sum(loads[n].refused for loads in found.values()) for n in range(stage.rounds)]
    figures += [
        Figure("ingest", "followed, messages meanwhile", "messages/s", messages),
        Figure("ingest", "refused, of all", "events", refused),
        Figure("ingest", "CPU, known", "ms/event", cpu["known"], at_most(0.8)),
        Figure("ingest", "CPU, followed and told", "ms/event", cpu["followed"]),
        Figure("ingest", "CPU, creating", "ms/event", cpu["creating"]),
        Figure("ingest", "CPU, floor", "ms/event", cpu["floor, known"]),
        Figure("ingest", "load generator", "processors", [x.generator for x in found["known"]]),
    ]
    return figures
