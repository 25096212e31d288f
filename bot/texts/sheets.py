"""The words on a picture."""

from bot.pictures.lettering import writable
from bot.pictures.sheet import Sheet, Tone
from bot.services.orders.pictures import Mood, Shown
from bot.services.orders.timeline import Progress
from bot.texts import numbers, orders, windows
from bot.texts.languages import is_right_to_left
from bot.texts.message import Reader, as_plain_text, plain
from bot.texts.pictures import state

TONES = {
    Mood.UNDERWAY: Tone.UNDERWAY,
    Mood.ARRIVED: Tone.ARRIVED,
    Mood.TROUBLED: Tone.TROUBLED,
    Mood.ENDED: Tone.ENDED,
}


def sheet(shown: Shown, reader: Reader) -> Sheet:
    """The words on the picture, in the language that was asked for."""
    picture, reader = shown.picture, reader.speaking(shown.picture.language)
    progress = picture.progress or Progress(0, 0)
    return Sheet(
        headline=writable(state(picture, reader)),
        shop=writable(plain(reader.shop_name or "", 64)),
        order=_words(numbers.title(shown.number, reader) if shown.number else ""),
        expected=_words(windows.in_days(picture.earliest, picture.latest, reader)),
        stage=_words(orders.comes_next(picture, progress, reader) if progress.done else ""),
        done=progress.done,
        total=progress.total,
        tone=TONES[picture.mood],
        is_right_to_left=is_right_to_left(reader.language),
    )


def _words(html: str) -> str:
    return writable(as_plain_text(html))
