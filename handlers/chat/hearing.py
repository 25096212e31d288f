"""What somebody wrote, as it is passed to the other side of a conversation."""

from telegram import Message

from bot.services.shop.desk import Heard


def heard(message: Message) -> Heard:
    """Telegram itself copies everything that is not text: we never see what is in it."""
    if message.text is not None:
        return Heard(message.message_id, message.text)
    can_have_a_caption = (
        message.photo
        or message.video
        or message.animation
        or message.document
        or message.audio
        or message.voice
    )
    return Heard(
        message.message_id, message.caption or "", is_copied=True, bare=not can_have_a_caption
    )
