"""A sample of everything that the bot can say, made by the same functions as the real thing.

To add one is a line: an id that says what it is, and what makes it of a `Reader`. A message stands
as it is sent; a string is what Telegram shows elsewhere (a button's answer, the menu, the profile).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from telegram import InputTextMessageContent

from bot.services.news.courier import Fleet
from bot.services.orders.statuses import Status
from bot.services.orders.timeline import Timeline, timeline
from bot.services.orders.tracking import Page
from bot.services.people.following import Followed
from bot.services.people.linking import Offer
from bot.services.people.privacy import HeldOrders
from bot.services.people.sharing import PREFIX, SharedView
from bot.services.people.waiting import Awaited
from bot.texts import (
    connecting,
    courier,
    feedback,
    following,
    general,
    guests,
    inline,
    linking,
    notices,
    numbers,
    orders,
    photos,
    privacy,
    sharing,
    statuses,
    talk,
    waiting,
)
from bot.texts.connecting import Words
from bot.texts.lists import not_found, order_list, several_orders
from bot.texts.message import Message, Reader
from bot.texts.news import caption, order_news
from bot.texts.sharing import Sights
from storage.models import Carrier, Event, Rating, Window
from tests.services.orders.history import START, all_of, happened, order, window
from tests.texts.gallery.conversations import CONVERSATIONS, writable
from tests.texts.gallery.offers import OFFERS
from tests.texts.gallery.settings import SETTINGS
from tests.texts.gallery.tracking import TRACKING

Say = Callable[[Reader], Message | str]

READER = Reader(
    "en",
    ZoneInfo("Africa/Kampala"),
    "Nile Coffee & Tea",
    support="https://nile.example/contact",
    shop_url="https://nile.example/account",
    fleet=Fleet(is_shown=True),
)
NOW = START + timedelta(hours=30)
HINT = "a•••@example.com"
PEARL = Carrier(name="Pearl Parcels", tracking_number="PP-4711", tracking_url="https://pp.test/1")


def view(*events: Event, number: str = "1001") -> Timeline:
    numbered = [event.model_copy(update={"order_number": number}) for event in events]
    return timeline(order(*numbered))


def after(status: str, **news_of: object) -> Timeline:
    """An order that has come so far."""
    return view(happened(0, "placed", items=3), happened(26, status, **news_of))


def shown(order: Timeline) -> Say:
    return lambda reader: orders.order_timeline(order, reader, NOW)


def state_of_parcel(status: str, *, is_pickup: bool = False) -> Say:
    return lambda reader: statuses.of_parcel(status, reader, is_pickup=is_pickup)


def news_of(order: Timeline) -> Say:
    return lambda reader: order_news(order, reader, NOW)


def moved(before: Window, to: Window, parcel: str | None = None) -> Timeline:
    """An order of two parcels, if one is named, that is expected at another time than before."""
    other = [happened(21, "shipped", parcel="A")] if parcel else []
    return view(
        happened(0, "placed"),
        *other,
        happened(22, "shipped", parcel=parcel, estimated_delivery=before),
        happened(29, parcel=parcel, estimated_delivery=to),
    )


def reminded(expected: Window) -> Say:
    return lambda reader: notices.reminder(after("shipped", estimated_delivery=expected), reader)


def thanked(rating: Rating) -> Say:
    return lambda reader: feedback.thanks(rating, reader)


def rated(rating: Rating) -> Say:
    return lambda reader: feedback.question(DELIVERED, numbers.number(DELIVERED), reader, rating)


def offered(reader: Reader) -> tuple[str, Message]:
    """What its sender chooses, and what is sent."""
    result = inline.offer(ON_ITS_WAY, SHARED_URL, reader)
    sent = cast("InputTextMessageContent", result.input_message_content)
    return f"{result.title}\n{result.description}", Message(sent.message_text, result.reply_markup)


def visited(say: Callable[[Reader], Words]) -> Say:
    """A page in a browser."""

    def words(reader: Reader) -> Message:
        shown = say(reader)
        button = [f"[ {shown.button} ]"] if shown.button else []
        return Message("\n".join([f"<b>{shown.title}</b>", *shown.lines, *button]))

    return words


def kept(text: str) -> Say:
    """For a text that is marked with `N_` and said later."""
    return lambda reader: reader.say(text)


ON_ITS_WAY = view(
    happened(0, "placed", items=3),
    happened(1, "confirmed", note="Payment received, thank you"),
    happened(20, "packed"),
    happened(22, "shipped", carrier=PEARL, location="Kampala"),
    happened(28, "in_transit", location="Mukono", estimated_delivery=window(46, 50)),
)
LATE = view(
    happened(0, "placed", items=3),
    happened(4, "in_transit", carrier=PEARL, estimated_delivery=window(20, 24)),
)
ONE_PARCEL_LATE = view(
    happened(4, "shipped", parcel="A", estimated_delivery=window(20, 24)),
    happened(4, "shipped", parcel="B", carrier=PEARL, estimated_delivery=window(46, 50)),
)
TWO_PARCELS = view(
    happened(0, "placed", items=2),
    happened(20, "shipped", parcel="A"),
    happened(21, "shipped", parcel="B", carrier=PEARL),
    happened(28, "delivered", parcel="A"),
)
BOTH_PARCELS_THERE = view(
    happened(0, "placed", items=2),
    *(happened(20, "shipped", parcel=name) for name in "AB"),
    *(happened(28, "delivered", parcel=name) for name in "AB"),
)
HALF_THERE = view(
    happened(0, "placed", items=2, is_partial=True),
    happened(20, "shipped", parcel="A", carrier=PEARL),
    happened(28, "delivered", parcel="A"),
)
BASKET = happened(
    0,
    "placed",
    items=8,
    goods=[
        {"name": "Mount Elgon AA, whole beans 500 g", "quantity": 2},
        {"name": "Gooseneck kettle 0.9 l", "quantity": 1},
        {"name": "Ceramic dripper with 100 filters", "quantity": 1},
        {"name": "Hibiscus & lemongrass infusion", "quantity": 4},
    ],
)
A_PART_IS_SENT = view(
    BASKET,
    happened(20, "shipped", parcel="A", carrier=PEARL, goods=(BASKET.goods or [])[:2]),
)
FEW_THINGS = view(BASKET.model_copy(update={"goods": (BASKET.goods or [])[:2], "items": 3}))
MANY_THINGS = view(
    happened(
        0,
        "placed",
        items=120,
        goods=[{"name": f"Tea no. {n}, loose 200 g", "quantity": 1} for n in range(1, 121)],
    )
)
CANCELLED_AND_REFUNDED = view(
    happened(0, "placed", items=2), happened(20, "cancelled"), happened(21, "refunded")
)
MANY_PARCELS = view(
    happened(0, "placed", items=17),
    *(
        happened(
            20,
            "shipped",
            parcel=name,
            carrier=PEARL,
            estimated_delivery=window(46 + 24 * days, 50 + 24 * days),
        )
        for days, name in enumerate("ABCDEFGHIJKLMNOPQ")
    ),
)
LONG = view(*all_of(["placed", "confirmed", *["in_transit", "delayed"] * 8]), number="1002")
TOO_LONG = view(
    *(
        happened(halves / 2, status, location="Mukono")
        for halves, status in enumerate(["in_transit", "delayed"] * 25)
    )
)
DELIVERED = replace(after("delivered"), order_id="ord_3", order_number="1003")
OUT = replace(
    after("out_for_delivery", estimated_delivery=window(32, 34)),
    order_id="ord_4",
    order_number="1004",
)
WITH_A_PHOTO = after("delivered", photo_url="https://nile.example/photo.jpg")
COLLECTED = view(*all_of(["placed", "confirmed", "ready_for_pickup", "delivered"]), number="1003")
SAME_DAY = window(46, 50), window(52, 54)
ANOTHER_DAY = window(46, 50), window(70, 74)
TOKEN = PREFIX + "A" * 32
SHARED_URL = f"https://t.me/trackline_bot?start={TOKEN}"
SHARED_PAGE = f"https://bot.nilecoffee.example/t/{TOKEN}"
OFFER = Offer(secret="A" * 43, account_hint=HINT)
AWAITED = [
    Awaited("a" * 16, "in_transit", is_pickup=False, since=START),
    Awaited("b" * 16, "placed", is_pickup=True, since=START),
]
HELD = HeldOrders(orders=3, shared=False)
FOLLOWED = Followed("1", "of cus_1", START, account_hint=HINT)
SINGLE = Followed("2", "order ord_1", START, number="1001")

SAMPLES: Mapping[str, Mapping[str, Say]] = {
    "The bot's profile and menu": {
        "profile.description": general.description,
        "profile.short": general.short_description,
        **{f"menu.{name}": kept(what) for name, what in general.COMMANDS.items()},
    },
    "Help": {
        "help": general.help_text,
        "help.no_shop_name": lambda reader: general.help_text(replace(reader, shop_name=None)),
        "help.welcome": general.welcome,
        "help.at_hand": general.at_hand,
        "help.not_understood": general.not_understood,
        "help.groups": lambda reader: general.only_in_private("trackline_bot", reader),
        "help.trouble": lambda reader: general.try_again("orders", reader),
    },
    "Connecting": {
        "link.how": linking.not_linked,
        "link.how.no_page": lambda reader: linking.not_linked(replace(reader, shop_url=None)),
        "link.how.or_phone": lambda reader: linking.not_linked(reader, by_phone=True),
        "link.how.or_order": lambda reader: linking.not_linked(reader, by_order=True),
        "link.hello": linking.hello,
        "link.order.and_contact": lambda reader: linking.and_contact("1001", reader),
        "link.order.unknown": guests.unknown,
        "link.order.code_sent": lambda reader: guests.code_sent(timedelta(minutes=15), reader),
        "link.code": linking.ask_for_code,
        "link.code.or_phone": lambda reader: linking.ask_for_code(reader, by_phone=True),
        "link.question": lambda reader: linking.consent(OFFER, reader),
        "link.question.order": lambda reader: linking.consent(
            replace(OFFER, is_order=True, number="1001"), reader
        ),
        "link.question.order_to_come": lambda reader: linking.consent(
            replace(OFFER, account_hint=None, is_order=True), reader
        ),
        "link.question.no_hint": lambda reader: linking.consent(
            replace(OFFER, account_hint=None), reader
        ),
        "link.done": lambda reader: linking.linked([ON_ITS_WAY], reader),
        "link.done.no_orders": lambda reader: linking.linked([], reader),
        "link.unconfirmed": lambda reader: linking.unconfirmed("482913", reader),
        "link.declined": linking.declined,
        "link.stands": lambda reader: linking.stands(
            order_list(Page([ON_ITS_WAY, LONG], 0, has_older=False), reader, NOW), reader
        ),
        "link.invalid": linking.invalid,
        "link.too_many_tries": lambda reader: privacy.too_many_tries(timedelta(minutes=15), reader),
        "link.too_many_tries.one": lambda reader: privacy.too_many_tries(
            timedelta(minutes=1), reader
        ),
        "unlink.question": lambda reader: following.ask_unlink([FOLLOWED, SINGLE], reader),
        "unlink.kept": following.kept,
        "unlink.done": linking.unlinked,
        "unlink.was_not_linked": linking.was_not_linked,
    },
    "Answers to people's own words": {
        "words.hello": talk.hello,
        "words.press": talk.press,
        "words.any_time": talk.any_time,
        "words.fewer": talk.fewer,
        "words.nothing_to_stop": talk.nothing_to_stop,
        "words.only_the_shop": lambda reader: talk.only_the_shop([ON_ITS_WAY], reader),
        "words.only_the_shop.which": lambda reader: talk.only_the_shop(
            [ON_ITS_WAY, LONG], replace(reader, door=writable(reader).door)
        ),
    },
    "Connecting by phone": {
        "phone.found": linking.number_received,
        "phone.several": lambda reader: linking.which_account(
            [OFFER, replace(OFFER, account_hint=None)], reader
        ),
        "phone.unknown": linking.number_unknown,
        "phone.not_yours": lambda reader: linking.not_your_contact(reader, by_phone=True),
    },
    "Orders": {
        "orders.list": lambda reader: order_list(
            Page([ON_ITS_WAY, LONG], 0, has_older=True), reader, NOW
        ),
        "orders.list.older": lambda reader: order_list(
            Page([COLLECTED, DELIVERED], 1, has_older=True), reader, NOW
        ),
        "orders.list.no_more": lambda reader: order_list(Page([], 2, has_older=False), reader, NOW),
        "orders.list.goods": lambda reader: order_list(
            Page([A_PART_IS_SENT, FEW_THINGS, DELIVERED], 0, has_older=False), reader, NOW
        ),
        "orders.none": lambda reader: order_list(Page([], 0, has_older=False), reader, NOW),
        "orders.several_fit": lambda reader: several_orders([ON_ITS_WAY, LONG], reader),
        "orders.not_found": not_found,
        "timeline.on_its_way": shown(ON_ITS_WAY),
        "timeline.live": lambda reader: orders.order_timeline(
            ON_ITS_WAY, reader, NOW, is_live=True
        ),
        "timeline.late": shown(LATE),
        "timeline.refreshed": orders.updated,
        "timeline.nothing_new": orders.nothing_new,
        "timeline.one_item": shown(view(happened(0, "placed", items=1))),
        "timeline.goods": shown(FEW_THINGS),
        "timeline.goods.more": shown(view(BASKET)),
        "timeline.goods.many": shown(MANY_THINGS),
        "timeline.goods.a_part_is_sent": shown(A_PART_IS_SENT),
        "timeline.parcels": shown(TWO_PARCELS),
        "timeline.parcels.all_there": shown(BOTH_PARCELS_THERE),
        "timeline.parcels.late": shown(ONE_PARCEL_LATE),
        "timeline.parcels.many": shown(MANY_PARCELS),
        "timeline.long": shown(LONG),
        "timeline.too_long": shown(TOO_LONG),
        "timeline.asks_and_is_too_long": shown(
            view(
                *(
                    happened(halves / 2, status, location="Mukono", note="A word from us " * 9)
                    for halves, status in enumerate(["in_transit", "problem"] * 25)
                )
            )
        ),
        "timeline.middling": shown(view(*all_of(["placed", *["in_transit", "delayed"] * 6]))),
        "timeline.expected_by": shown(after("shipped", estimated_delivery=window(None, 50))),
        "timeline.expected_from": shown(after("shipped", estimated_delivery=window(46, None))),
        "timeline.expected_over_days": shown(after("shipped", estimated_delivery=window(46, 74))),
        "timeline.moved": shown(moved(*SAME_DAY)),
        "timeline.moved.day": shown(moved(*ANOTHER_DAY)),
        "timeline.moved.by": shown(moved(window(None, 50), window(None, 74))),
        "timeline.moved.from": shown(moved(window(70, None), window(46, None))),
        "timeline.carrier_without_a_name": shown(
            after("shipped", carrier=PEARL.model_copy(update={"name": None}))
        ),
        "timeline.photo": shown(WITH_A_PHOTO),
        "timeline.photo.shown": lambda reader: caption(WITH_A_PHOTO, reader, NOW),
        "timeline.photo.not_there": lambda reader: photos.not_there(WITH_A_PHOTO, reader),
        "timeline.photo.not_now": photos.not_now,
        "timeline.collected": shown(COLLECTED),
        "timeline.refunded.returned": shown(
            view(*all_of(["placed", "shipped", "delivered", "returned", "refunded"]))
        ),
        "timeline.refunded.cancelled": shown(view(*all_of(["placed", "cancelled", "refunded"]))),
        **{f"timeline.{status}": shown(after(status)) for status in Status},
    },
    "A parcel's states": {
        **{f"parcel.{status}": state_of_parcel(status) for status in Status},
        "parcel.collected": state_of_parcel("delivered", is_pickup=True),
    },
    "News": {
        **{f"news.{status}": news_of(after(status)) for status in Status},
        "news.goods": news_of(view(BASKET)),
        "news.goods.a_part_is_sent": news_of(A_PART_IS_SENT),
        "news.own_state": news_of(after("engraving")),
        "news.collected": news_of(COLLECTED),
        "news.parcel": news_of(TWO_PARCELS),
        "news.parcels.all_there": news_of(BOTH_PARCELS_THERE),
        "news.parcel.rest_follows": news_of(HALF_THERE),
        "news.cancelled_and_refunded": news_of(CANCELLED_AND_REFUNDED),
        "news.narrowed": news_of(moved(window(46, 74), window(46, 50))),
        "news.moved": news_of(moved(*SAME_DAY)),
        "news.moved.day": news_of(moved(*ANOTHER_DAY)),
        "news.moved.parcel": news_of(moved(*SAME_DAY, parcel="B")),
        "news.problem.by_phone": lambda reader: order_news(
            after("problem"), replace(reader, support="+256700000001"), NOW
        ),
        "news.with_words": news_of(
            after(
                "out_for_delivery",
                note="The rider is on the way",
                location="Jinja",
                carrier=PEARL,
                estimated_delivery=window(31, 33),
            )
        ),
    },
    "The courier on the map": {
        "courier.coming": courier.coming,
        "courier.not_known_yet": courier.waiting,
        "courier.not_out": courier.over,
        "courier.map": lambda reader: courier.under_map("ord_1", reader).inline_keyboard[0][0].text,
        "courier.stopped": courier.ended,
    },
    "News at its time": {
        "summary.daily": lambda reader: notices.summary(
            [ON_ITS_WAY, COLLECTED], reader, NOW, of_today=True
        ),
        "summary.morning": lambda reader: notices.summary(
            [LONG, DELIVERED, OUT],
            reader,
            NOW,
            of_today=True,
            reminders=[after("shipped", estimated_delivery=window(46, 50))],
        ),
        "summary.quiet_hours": lambda reader: notices.summary(
            [ON_ITS_WAY, LONG], reader, NOW, of_today=False
        ),
        "reminder": reminded(window(44, 58)),
        "reminder.between": reminded(window(46, 50)),
        "reminder.by": reminded(window(None, 50)),
        "reminder.first_of_days": reminded(window(46, 98)),
    },
    **OFFERS,
    "Sharing": {
        "share.link": lambda reader: sharing.link(
            ON_ITS_WAY, SHARED_URL, reader, inline="@trackline_bot"
        ),
        "share.link.page": lambda reader: sharing.link(
            ON_ITS_WAY, SHARED_URL, reader, sights=Sights(page=SHARED_PAGE)
        ),
        "share.inline.offer": lambda reader: offered(reader)[0],
        "share.inline.sent": lambda reader: offered(reader)[1],
        "share.inline.connect": lambda reader: inline.connect(reader).text,
        "share.inline.none": lambda reader: inline.none_fits(reader).text,
        "share.stopped": lambda reader: sharing.stopped(ON_ITS_WAY, reader),
        "share.nothing": sharing.nothing_to_share,
        "share.seen": lambda reader: sharing.shared(
            SharedView.of(ON_ITS_WAY, NOW, UTC), TOKEN, reader
        ),
        "share.seen.delivered": lambda reader: sharing.shared(
            SharedView.of(after("delivered"), NOW, UTC), TOKEN, reader
        ),
        "share.seen.waiting": lambda reader: sharing.shared(
            SharedView.of(ON_ITS_WAY, NOW, UTC), TOKEN, reader, waits=True
        ),
        "share.seen.page": lambda reader: sharing.shared(
            SharedView.of(ON_ITS_WAY, NOW, UTC), TOKEN, reader, page=SHARED_PAGE
        ),
        "share.arrived": lambda reader: sharing.arrived(
            SharedView.of(after("delivered"), NOW, UTC), reader
        ),
        "share.waits": lambda reader: waiting.screen_of(AWAITED, reader, is_linked=True),
        "share.waits.none": lambda reader: waiting.screen_of([], reader, is_linked=False),
        "share.will-tell": sharing.will_tell,
        "share.ended": sharing.ended,
    },
    "How it went": {
        **{f"feedback.{rating}": thanked(rating) for rating in feedback.RATINGS},
        "feedback.bad.by_phone": lambda reader: (
            feedback.by_phone(replace(reader, support="+256700000001")) or ""
        ),
        "feedback.said_before": feedback.said_before,
        "feedback.prompt": feedback.prompt,
        "feedback.prompt.placeholder": feedback.placeholder,
        "feedback.prompt.too_long": feedback.prompt_again,
        "feedback.commented": feedback.commented,
        "feedback.not_yet": feedback.not_yet,
        "feedback.too_late": feedback.too_late,
        "feedback.question": lambda reader: feedback.question(
            DELIVERED, numbers.number(DELIVERED), reader
        ),
        "feedback.question.answered": rated("good"),
        "feedback.question.answered.bad": rated("bad"),
    },
    "A person at the shop": CONVERSATIONS,
    "From a shop's pages (in the browser)": {
        "visit.opening": visited(connecting.opening),
        "visit.log_in": visited(connecting.log_in),
        "visit.unknown_order": visited(connecting.unknown_order),
        "visit.refused": visited(connecting.refused),
        "visit.busy": visited(connecting.busy),
        "visit.too_many_tries": visited(
            lambda reader: connecting.too_many_tries(timedelta(minutes=10), reader)
        ),
    },
    "The page of a shared order (in the browser)": TRACKING,
    "Privacy": {
        "privacy.linked": lambda reader: privacy.held(HELD, [FOLLOWED, SINGLE], reader),
        "privacy.linked.no_hint": lambda reader: privacy.held(
            replace(HELD, orders=1), [replace(FOLLOWED, account_hint=None)], reader
        ),
        "privacy.linked.writable": lambda reader: privacy.held(
            HELD, [FOLLOWED, SINGLE], writable(reader)
        ),
        "privacy.not_linked": lambda reader: privacy.held(None, [], reader),
        "privacy.question": lambda reader: privacy.ask(HELD, reader),
        "privacy.question.shared": lambda reader: privacy.ask(replace(HELD, shared=True), reader),
        "privacy.question.not_linked": lambda reader: privacy.ask(None, reader),
        "privacy.deleted": privacy.deleted,
        "privacy.kept": privacy.kept,
    },
    **SETTINGS,
}

EVERY_SAMPLE = {name: say for samples in SAMPLES.values() for name, say in samples.items()}
