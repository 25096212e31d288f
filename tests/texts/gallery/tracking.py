"""Samples of what stands on the pages of orders and in no message."""

from collections.abc import Callable, Mapping

from bot.services.orders.statuses import Status
from bot.texts import mini_app, sharing, tracking
from bot.texts.connecting import Words
from bot.texts.message import Message, Reader


def _notice(words: Callable[[Reader], Words]) -> Callable[[Reader], Message]:
    def say(reader: Reader) -> Message:
        said = words(reader)
        return Message("\n".join([f"<b>{said.title}</b>", *said.lines]))

    return say


def _next(status: Status) -> Callable[[Reader], Message]:
    return lambda reader: Message(tracking.next_step_of_onlookers(status, reader) or "")


TRACKING: Mapping[str, Callable[[Reader], Message | str]] = {
    "page.shared": tracking.shared,
    "page.next.attempt_failed": _next(Status.ATTEMPT_FAILED),
    "page.next.delayed": _next(Status.DELAYED),
    "page.next.problem": _next(Status.PROBLEM),
    "page.how_far": tracking.how_far,
    "page.done": tracking.done,
    "page.to_come": tracking.to_come,
    "page.parcels": tracking.parcels,
    "page.all_steps": tracking.all_steps,
    "page.times_in": lambda reader: tracking.times_in("EAT", reader),
    "page.by_hand": tracking.reload_by_hand,
    "page.is_live": tracking.is_live,
    "page.is_cut_off": tracking.is_cut_off,
    "page.in_telegram": tracking.in_telegram,
    "page.language": tracking.language,
    "page.ended": _notice(lambda reader: tracking.ended(sharing.ended(reader), reader)),
    "page.incomplete": _notice(tracking.incomplete),
    "page.busy": _notice(tracking.busy),
    "app.only_in_telegram": _notice(mini_app.only_in_telegram),
    "app.unconfirmed": _notice(mini_app.unconfirmed),
    "app.too_late": _notice(mini_app.too_late),
    "app.not_linked": _notice(mini_app.not_linked),
    "app.nothing_yet": _notice(mini_app.nothing_yet),
    "app.no_such_order": _notice(mini_app.no_such_order),
    "app.open_orders": mini_app.open_orders,
    "app.over": mini_app.over,
    "app.close": mini_app.close,
}
