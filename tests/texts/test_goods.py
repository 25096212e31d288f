"""What is in an order, in words: short, inert, and never more than was told."""

import re
from dataclasses import replace

import pytest

from bot.services.orders.timeline import Timeline
from bot.services.orders.tracking import Page
from bot.texts import goods, orders
from bot.texts.languages import LANGUAGES
from bot.texts.lists import LABEL, order_list
from bot.texts.message import FOLD, FOLD_END, LONGEST, Message, as_plain_text, length
from bot.texts.news import order_news
from storage.models import Event
from tests.services.orders.history import happened
from tests.services.orders.test_goods import Report, seen, told
from tests.texts.reading import HOSTILE, READER, read
from tests.texts.seen_orders import NOW

BEANS, MUG, TEA, CUPS = ("Coffee beans", 2), ("Mug", 1), ("Tea", 1), ("Cups", 4)
BASKET = told(0, BEANS, MUG, TEA, CUPS, status="placed")


def line(*things: Report, language: str = "en") -> str:
    of = seen(told(0, *things)).contents.all
    return " ".join(goods.line(of, replace(READER, language=language)))


def shown(order: Timeline) -> str:
    return read(orders.order_timeline(order, READER, NOW)).text


def news(*events: Event) -> list[str]:
    return read(order_news(seen(*events), READER, NOW)).text.split("\n")


def test_the_first_things_are_named_and_the_others_counted() -> None:
    assert line(MUG) == "Mug"
    assert line(BEANS, MUG) == "2 × Coffee beans and Mug"
    assert line(BEANS, MUG, TEA) == "2 × Coffee beans, Mug and 1 more"
    assert line(BEANS, MUG, TEA, CUPS) == "2 × Coffee beans, Mug and 5 more"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("fr", "2 × Coffee beans, Mug et 1 autre"),
        ("es", "2 × Coffee beans, Mug y 1 más"),
        ("ru", "2 × Coffee beans, Mug и ещё 1"),
        ("sw", "2 × Coffee beans, Mug na 1 zaidi"),
    ],
)
def test_each_language_joins_them_in_its_own_way(language: str, says: str) -> None:
    assert line(BEANS, MUG, TEA, language=language) == says


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_keeps_its_place_whichever_way_it_runs(language: str) -> None:
    qahwa, shay = "قهوة عربية", "شاي"
    said = line((qahwa, 2), (shay, 1), language=language)
    assert f"\u2068{qahwa}\u2069" in said
    assert f"\u2068{shay}\u2069" in said


def test_in_a_text_that_runs_right_to_left_every_name_keeps_its_place() -> None:
    assert "\u2068Coffee beans\u2069" in line(BEANS, MUG, language="ar")
    assert "\u2068Mug\u2069" in line(BEANS, MUG, language="ar")


def test_a_timeline_names_what_is_in_the_order() -> None:
    assert "\nOrder ord_1 · 2 × Coffee beans + 1\n" in shown(seen(told(0, BEANS, MUG)))
    assert "\nOrder ord_1 · Mug\n" in shown(seen(told(0, MUG)))


def test_of_more_things_the_timeline_names_the_first_and_all_stand_behind_the_steps() -> None:
    message = orders.order_timeline(seen(BASKET), READER, NOW)
    assert "· 2 × Coffee beans + 6\n" in message.html
    assert message.html.endswith("\n\n2 × Coffee beans\nMug\nTea\n4 × Cups" + FOLD_END)


def test_what_is_in_each_parcel_stands_behind_the_steps_and_it_is_said_that_more_follows() -> None:
    lines = shown(seen(BASKET, told(1, BEANS, status="shipped", parcel="A"))).split("\n")
    assert lines[lines.index("🚚 Parcel A · Shipped") + 1] == "The rest of your order follows."
    assert lines[-1] == "Parcel A · 2 × Coffee beans"


def test_a_part_of_several_alike_is_counted_even_if_it_is_one() -> None:
    sent = [
        told(1, ("Cups", 3), MUG, status="shipped", parcel="A"),
        told(2, ("cups", 1), TEA, status="shipped", parcel="B"),
    ]
    assert shown(seen(BASKET, *sent)).split("\n")[-2:] == [
        "Parcel A · 3 × Cups and Mug",
        "Parcel B · 1 × cups and Tea",
    ]
    assert "1 × cups and Tea" in news(BASKET, *sent)
    assert "The rest of your order follows: 2 × Coffee beans, Tea and 1 more" in news(
        BASKET, sent[0]
    )


def test_what_is_not_known_of_each_parcel_is_told_of_the_order() -> None:
    sent = [told(1, BEANS, status="shipped", parcel="A"), happened(1, "packed", parcel="B")]
    text = shown(seen(BASKET, *sent))
    assert "Order ord_1 · 2 × Coffee beans + 6" in text
    assert "4 × Cups" in text


def test_news_of_an_order_that_was_placed_or_sent_says_what_it_is() -> None:
    said = "2 × Coffee beans, Mug and 5 more"
    assert said in news(BASKET)
    assert said in news(BASKET, happened(1, "shipped"))
    assert said not in news(BASKET, happened(1, "packed"))


def test_news_of_a_part_says_what_is_sent_and_what_follows() -> None:
    said = news(BASKET, told(1, BEANS, status="shipped", parcel="A"))
    assert said[1] == "2 × Coffee beans"
    assert said[-1] == "The rest of your order follows: Mug, Tea and 4 more"


def test_the_list_of_orders_has_a_line_by_which_each_is_recognised() -> None:
    listed = [seen(BASKET), seen(happened(0, "placed", items=2))]
    text = read(order_list(Page(listed, 0, has_older=False), READER, NOW)).text
    assert text.endswith("Tap one to see where it is.\nord_1 · 2 × Coffee beans + 6")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_of_that_list_fits_a_phone(language: str) -> None:
    order = seen(told(0, ("Mount Elgon AA, whole beans, 500 g", 12), ("Mug", 300)))
    reader = replace(READER, language=language)
    message = order_list(Page([order], 0, has_older=False), reader, NOW)
    said = as_plain_text(message.html).split("\n")[-1]
    assert "Mount El" in said
    assert len(re.sub("[\u200f\u2068\u2069]", "", said)) <= LABEL


ODD_NAMES = [*HOSTILE.values(), "W" * 500, "Beans\nand\r\nmore\u2028lines", "☕️" * 200]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_whatever_a_thing_is_called_it_is_a_short_part_of_a_line(name: str) -> None:
    order = seen(told(0, (name[:500], 2), MUG, status="placed"))
    for message in (
        orders.order_timeline(order, READER, NOW),
        order_news(order, READER, NOW),
    ):
        assert max(map(len, read(message).text.split("\n"))) < 80


@pytest.mark.parametrize("name", ODD_NAMES)
def test_whatever_things_are_called_a_list_of_orders_has_a_line_of_each(name: str) -> None:
    order = seen(told(0, (name[:500], 2), MUG))
    message = order_list(Page([order] * 2, 0, has_older=False), READER, NOW)
    assert [len(each) <= 40 for each in read(message).text.split("\n")[-2:]] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_hundred_things_are_a_message_of_a_screen(language: str) -> None:
    many: list[Report] = [(f"Thing {n} <b>& {'x' * 400}", n + 1) for n in range(200)]
    order = seen(told(0, *many, status="placed"))
    message = orders.order_timeline(order, replace(READER, language=language), NOW)
    assert length(message.html) < LONGEST / 2
    before, _, quote = message.html.partition(FOLD)
    assert before.count("\n") + 3 < 12
    assert "Thing 0" in as_plain_text(quote)


def test_a_thing_with_nothing_to_see_in_its_name_is_counted() -> None:
    assert line(("\u202e\u200e", 2), MUG) == "Mug and 2 more"
    assert line(("\u202e", 2)) == ""


def links_in(message: Message) -> list[str]:
    return [entity["type"] for entity in read(message).entities if "url" in entity["type"]]


def test_a_picture_s_address_is_not_shown_in_the_chat() -> None:
    pictured = happened(
        0,
        "placed",
        goods=[{"name": "Mug", "quantity": 1, "image_url": "https://shop.test/mug.png"}],
    )
    message = orders.order_timeline(seen(pictured), READER, NOW)
    assert "shop.test" not in message.html
    assert links_in(message) == []
