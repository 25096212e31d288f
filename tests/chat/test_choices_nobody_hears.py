"""The shop's own buttons where no address is set to which the shop could be told."""

from bot.services.orders.offers import action_key
from bot.services.orders.references import button_key
from sandbox import Person
from tests.chat.opinions import labels
from tests.conftest import Link
from tests.support.shop import ShopBackend


async def test_only_those_that_lead_to_a_page_are_shown(
    shop: ShopBackend, alice: Person, link: Link
) -> None:
    await link(alice, "customer-1")
    door = {"id": "door", "label": "Leave at the door"}
    page = {"id": "tips", "label": "How to store it", "url": "https://nile.example.com/tips"}
    await shop.create("ord_1", "customer-1", event_id="msg_1", actions=[door, page])
    told = await alice.receives(containing="ord_1")
    assert labels(told) == [["How to store it"], ["Show timeline"]]
    await alice.press_data(f"choose:{button_key('ord_1')}:{action_key('msg_1', 'door')}", told)
    await alice.receives(
        containing="I can't pass that on at the moment. Please write to Nile Coffee directly"
    )
