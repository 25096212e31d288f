"""Linking by phone: a person who shares a number may link to the customer with that number."""

from contextlib import suppress
from datetime import UTC, datetime

import phonenumbers

from bot.services.people.linking import Linking, LinkInvalid, Offer
from bot.services.people.privacy import CustomerErased, Privacy
from bot.services.people.throttle import Throttle
from storage.models import Phone
from storage.phones import Phones
from storage.whose import account

MOST = 8
"""How many accounts with the same number are offered."""


class NotAPhone(Exception):
    """The text is not a phone number with a country code."""


class NumberUnknown(Exception):
    """No shop account has this number."""


class PhoneLinking:
    """The number proves something only if it is the person's own. The caller has to check that
    Telegram vouches for it.
    """

    def __init__(
        self, phones: Phones, linking: Linking, *, privacy: Privacy, throttle: Throttle
    ) -> None:
        self._phones = phones
        self._linking = linking
        self._privacy = privacy
        self._throttle = throttle

    # For the shop

    async def give(self, customer_id: str, number: str, account_hint: str | None) -> None:
        """Stores a fingerprint of a `normalised` number. Raises `CustomerErased`."""
        await self._privacy.refuse_erased([account(customer_id)])
        await self._phones.put(customer_id, number, account_hint, datetime.now(UTC))

    async def take_back(self, customer_id: str) -> None:
        """Removes the customer's number, if there is one. Existing links stay."""
        await self._phones.remove(customer_id)

    # For the person

    async def is_offered(self) -> bool:
        """Whether the shop has given any numbers. Otherwise customers are not asked for theirs."""
        return await self._phones.any()

    async def recognise(self, number: str, chat_id: int) -> list[Offer]:
        """The accounts with this number, at least one, each with a link to agree to.

        ``number``: as Telegram gives it, with or without a plus.
        Raises `NumberUnknown`, `TooManyTries`.
        """
        async with self._throttle.trying(chat_id, miss=NumberUnknown):
            offers = [
                offer
                for phone in await self._found(number)
                if (offer := await self._offer(phone, chat_id))
            ]
            if not offers:
                raise NumberUnknown
        return offers

    async def _found(self, number: str) -> list[Phone]:
        try:
            return await self._phones.of_number(normalised(number), MOST)
        except NotAPhone:  # Telegram also has numbers of its own, +888…
            return []

    async def _offer(self, phone: Phone, chat_id: int) -> Offer | None:
        """None: the customer is being erased."""
        with suppress(CustomerErased, LinkInvalid):
            issued = await self._linking.issue(account(phone.id), phone.account_hint)
            return await self._linking.offer(issued.token, chat_id)
        return None


def normalised(text: str) -> str:
    """The number in E.164 form, ``+256700000000``. The plus is optional, the country code is not.

    Raises `NotAPhone`, whose text does not contain the number.
    """
    try:
        number = phonenumbers.parse("+" + text.removeprefix("+"), None)
    except phonenumbers.NumberParseException:
        raise NotAPhone from None
    # "Possible" checks the length only: which numbers are in use changes too often.
    if not phonenumbers.is_possible_number(number):
        raise NotAPhone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
