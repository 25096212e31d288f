"""An order number and a contact in one message: somebody who knows both may follow the order."""

from collections.abc import Sequence

from telegram import Update

from bot.services.people.contacts import Claim, claimed
from bot.services.people.guests import ClaimUnknown, CodeSent
from bot.services.people.throttle import TooManyTries
from bot.texts import guests, linking, privacy
from bot.texts.message import Message
from handlers.chat.context import Caller, Context, Services, caller, say


async def understood(update: Update, context: Context, text: str) -> bool:
    """Answers, if the text is such a pair and the shop allows it."""
    claims = claimed(text) if context.bot_data.guests.is_offered else []
    if not claims:
        return False
    who = await caller(update, context)
    await say(update, await _answer(context.bot_data, who, claims))
    return True


async def _answer(services: Services, who: Caller, claims: Sequence[Claim]) -> Message:
    try:
        offer = await services.guests.claim(claims, who.id)
    except ClaimUnknown:
        return guests.unknown(who.reader)
    except CodeSent:
        return guests.code_sent(services.linking.lifetime, who.reader)
    except TooManyTries as tries:
        return privacy.too_many_tries(tries.wait, who.reader)
    return linking.consent(offer, who.reader)
