"""What a replica may send, decided without the database or a clock: shares and slots."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.delivery.pace import FORGOTTEN, LEASE, Slots, agree, fair_share
from storage.pace import PaceState, Replica
from tests.support.news import NOON

RATE = 28
SECOND = timedelta(seconds=1)

# Shares


@pytest.mark.parametrize("replicas", range(1, RATE + 1))
def test_the_shares_are_whole_and_add_up_to_the_rate(replicas: int) -> None:
    shares = [fair_share(RATE, replicas, place=place) for place in range(replicas)]
    assert sum(shares) == RATE
    assert max(shares) - min(shares) <= 1
    assert all(share == int(share) > 0 for share in shares)


def test_more_replicas_than_messages_a_second_keep_the_average() -> None:
    shares = [fair_share(2, 5, place=place) for place in range(5)]
    assert shares == [pytest.approx(0.4)] * 5


def test_a_replica_takes_no_more_than_the_claims_of_the_others_leave() -> None:
    state = PaceState(replicas={"alice": _claims(RATE), "bob": _claims(14)})
    assert agree(state, "bob", rate=RATE, held=0).share == 0
    assert agree(state, "alice", rate=RATE, held=RATE).share == 14


def test_a_replica_takes_no_more_than_it_claims_itself() -> None:
    terms = agree(PaceState(replicas={"alice": _claims(14)}), "alice", rate=RATE, held=14)
    assert (terms.claim, terms.share) == (RATE, 14)


def test_a_silent_replica_is_first_left_its_share_then_forgotten_then_buried() -> None:
    def after(silence: timedelta) -> tuple[float, list[str]]:
        replicas = {"alice": _claims(14), "bob": _claims(14, seen=-silence)}
        terms = agree(PaceState(replicas=replicas), "alice", rate=RATE, held=14)
        return terms.claim, terms.buried

    assert after(FORGOTTEN) == (14, [])
    assert after(FORGOTTEN + timedelta(milliseconds=1)) == (RATE, [])
    assert after(timedelta(hours=1)) == (RATE, ["bob"])


def test_a_share_ends_a_second_before_others_have_it() -> None:
    assert timedelta(seconds=LEASE) + SECOND <= FORGOTTEN


@pytest.mark.parametrize("seed", range(20))
def test_the_shares_never_add_up_to_more_than_the_rate_whatever_happens_when(seed: int) -> None:
    world = World(random.Random(seed))
    most = 0.0
    for _ in range(3000):
        world.step()
        most = max(most, world.used())
        assert world.used() <= RATE
    assert most == RATE


def _claims(share: float, *, seen: timedelta = timedelta()) -> Replica:
    return Replica(seen_at=NOON + seen, share=share)


class World:
    """Replicas that beat and look; any may be slow, unheard, paused or dead at any moment."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.now = 0.0
        self.document: dict[str, Replica] = {}
        self.replicas = [Simulated("r0")]
        self.born = 1

    def used(self) -> float:
        return sum(replica.used for replica in self.replicas if self.now < replica.lease_ends)

    def step(self) -> None:
        self.now += self.chance.expovariate(20)
        if self.chance.random() < 0.01 and len(self.replicas) < 6:
            self.replicas.append(Simulated(f"r{self.born}"))
            self.born += 1
        replica = self.chance.choice(self.replicas)
        dies = self.chance.random() < 0.002 and len(self.replicas) > 1
        if dies:
            self.replicas.remove(replica)
        elif self.chance.random() < 0.005:
            replica.wakes_at = self.now + self.chance.uniform(0, 12)
        elif self.now >= replica.wakes_at:
            self.go_on(replica)

    def go_on(self, replica: "Simulated") -> None:
        """The next of three: it asks, the database does it, it hears the answer or does not."""
        if replica.asked_at is None:
            replica.asked_at, replica.beats = self.now, self.chance.random() < 0.5
        elif replica.answer is None:
            if replica.beats:
                seen_at = NOON + timedelta(seconds=self.now)
                self.document[replica.name] = Replica(seen_at=seen_at, share=replica.claim)
            replica.answer = PaceState(replicas=dict(self.document))
        else:
            if self.chance.random() < 0.95 and replica.name in replica.answer.replicas:
                replica.hear(self.now)
            replica.asked_at = replica.answer = None


class Simulated:
    def __init__(self, name: str) -> None:
        self.name = name
        self.claim = self.used = self.lease_ends = self.wakes_at = 0.0
        self.beats = True
        self.asked_at: float | None = None
        self.answer: PaceState | None = None

    def hear(self, now: float) -> None:
        assert self.answer is not None
        assert self.asked_at is not None
        held = self.used if now < self.lease_ends else 0.0
        terms = agree(self.answer, self.name, rate=RATE, held=held)
        self.claim, self.used = terms.claim, terms.share
        if self.beats:
            self.lease_ends = self.asked_at + LEASE


# Slots


def slots_taken(
    slots: Slots, share: float, *, begin: float, end: float, late: float = 0
) -> list[float]:
    """The moments at which somebody takes every slot, woken up to ``late`` seconds late."""
    chance = random.Random(28)
    taken = []
    now = begin
    while (now := max(now, slots.next_at(share)) + chance.uniform(0, late)) < end:
        slots.take(now)
        taken.append(now)
    return taken


def most_in_a_second(taken: list[float]) -> int:
    return max(sum(start <= moment < start + 1 for moment in taken) for start in taken)


@pytest.mark.parametrize("share", [1, 9, 14, RATE])
@pytest.mark.parametrize("late", [0, 0.001, 0.01])
def test_in_any_second_there_are_as_many_slots_as_the_share_says(share: int, late: float) -> None:
    taken = slots_taken(Slots(RATE), share, begin=1000, end=1030, late=late)
    assert most_in_a_second(taken) == share
    assert len(taken) >= 0.97 * 30 * share


def test_slots_are_spread_even_after_a_silence() -> None:
    slots = Slots(RATE)
    taken = slots_taken(slots, 14, begin=1000, end=1002, late=0.001)
    taken += slots_taken(slots, 14, begin=1060, end=1062, late=0.001)
    gaps = [after - before for before, after in pairwise(taken)]
    assert min(gaps) >= 0.8 / 14 - 1e-9


def test_a_share_that_was_cut_holds_from_that_moment() -> None:
    slots = Slots(RATE)
    taken = slots_taken(slots, RATE, begin=1000, end=1002)
    later = slots_taken(slots, 14, begin=1002, end=1005)
    for moment in later:
        assert sum(moment - 1 < other <= moment for other in taken + later) <= 14


def test_a_share_below_one_is_a_message_now_and_then() -> None:
    taken = slots_taken(Slots(0.5), 0.5, begin=1000, end=1020)
    assert [after - before for before, after in pairwise(taken)] == [2.0] * 9


def test_without_a_share_there_is_no_slot() -> None:
    assert slots_taken(Slots(RATE), 0, begin=1000, end=1060) == []
