"""What people mean by what they write, language by language.

To add to it, write what somebody has said, and what they meant, into the table of its language.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.services.people.codes import bare_code
from bot.services.people.words import words
from bot.texts.languages import LANGUAGES, translations
from bot.texts.own import WrongFile, own_understanding
from bot.texts.phrases import Meaning, Understanding, ours, understood

ORDERS, SHOP, STOP, SETTINGS = Meaning.ORDERS, Meaning.SHOP, Meaning.STOP, Meaning.SETTINGS
HELP, THANKS, HELLO = Meaning.HELP, Meaning.THANKS, Meaning.GREETING

SAID: Mapping[str, Mapping[str, Meaning]] = {
    "en": {
        "Where is my order?": ORDERS,
        "WHERE'S MY PARCEL??": ORDERS,
        "hi, could you tell me where my package is please": ORDERS,
        "status": ORDERS,
        "track": ORDERS,
        "my orders": ORDERS,
        "orders": ORDERS,
        "When will it arrive?": ORDERS,
        "when do I get my delivery": ORDERS,
        "I still haven't received anything": ORDERS,
        "My order is late, thanks for nothing": ORDERS,
        "any news?": ORDERS,
        "yes please": Meaning.ANSWER,
        "No.": Meaning.ANSWER,
        "yes, where is it?": ORDERS,
        "wher is my oder": ORDERS,
        "wheres my pakage": ORDERS,
        "pacakge": ORDERS,
        "thanks, but wher is my oder": ORDERS,
        "trackking": ORDERS,
        "my stuff": ORDERS,
        "where is my kettle": ORDERS,
        "thanks, but where is my kettle": ORDERS,
        "I want to cancel": SHOP,
        "cancell my order": SHOP,
        "disconnect": STOP,
        "unsubscibe": STOP,
        "thanks, but where is it?": ORDERS,
        "Can I talk to a human?": SHOP,
        "I want to cancel my order": SHOP,
        "I got the wrong item": SHOP,
        "Please change the address": SHOP,
        "I'd like a refund for my late order": SHOP,
        "stop": STOP,
        "STOP!": STOP,
        "please stop sending me messages": STOP,
        "too many notifications": STOP,
        "How do I change the language?": SETTINGS,
        "time zone": SETTINGS,
        "help": HELP,
        "what can you do?": HELP,
        "thanks": THANKS,
        "Thank you so much for the quick delivery!": THANKS,
        "ok thx bye": THANKS,
        "great stuff": THANKS,
        "Great delivery!": THANKS,
        "fast delivery": THANKS,
        "very nice order, thank you": ORDERS,
        "great delivery, and what is the status of my order": ORDERS,
        "great, status": ORDERS,
        "not a good service": SHOP,
        "👍": THANKS,
        "👍🏽👍🏽": THANKS,
        "❤️": THANKS,
        "🙏 thanks": THANKS,
        "hi": HELLO,
        "Hello!": HELLO,
        "Good morning": HELLO,
        "👋": HELLO,
    },
    "de": {
        "Wo ist meine Bestellung?": ORDERS,
        "Wann kommt mein Paket": ORDERS,
        "Meine Lieferung ist noch nicht angekommen": ORDERS,
        "Ich möchte meine Bestellung stornieren": SHOP,
        "Hör auf": STOP,
        "Vielen Dank": THANKS,
        "Schnelle Lieferung": THANKS,
        "Guten Morgen": HELLO,
        "Was kannst du?": HELP,
    },
    "fr": {
        "Où est ma commande ?": ORDERS,
        "où en est ma commande": ORDERS,
        "Ou est mon colis": ORDERS,
        "suivi": ORDERS,
        "Je n’ai toujours rien reçu": ORDERS,
        "Quand arrive-t-elle ?": ORDERS,
        "Bonjour, j'attends toujours mon colis": ORDERS,
        "Je veux annuler ma commande": SHOP,
        "Où est ma bouilloire ?": ORDERS,
        "ou est ma comande": ORDERS,
        "annuler": SHOP,
        "je voudrais parler à quelqu'un": SHOP,
        "arrêtez de m'écrire": STOP,
        "changer la langue": SETTINGS,
        "Aide": HELP,
        "Merci beaucoup !": THANKS,
        "Livraison rapide, bravo": THANKS,
        "pas très contente": SHOP,
        "d'accord": THANKS,
        "Bonjour": HELLO,
    },
    "es": {
        "¿Dónde está mi pedido?": ORDERS,
        "donde esta mi paquete": ORDERS,
        "¿Cuándo llega?": ORDERS,
        "Todavía no ha llegado": ORDERS,
        "estado del pedido": ORDERS,
        "Quiero cancelar el pedido": SHOP,
        "quiero cancelar": SHOP,
        "mi pedidio": ORDERS,
        "quiero hablar con una persona": SHOP,
        "basta": STOP,
        "no quiero recibir más mensajes": STOP,
        "cambiar idioma": SETTINGS,
        "ayuda": HELP,
        "¡Muchas gracias!": THANKS,
        "¡Muy buen servicio!": THANKS,
        "entrega rápida": THANKS,
        "vale": THANKS,
        "¡Hola!": HELLO,
        "buenos días": HELLO,
    },
    "ru": {
        "Где мой заказ?": ORDERS,
        "где посылка": ORDERS,
        "Когда придёт?": ORDERS,
        "Я ещё ничего не получила": ORDERS,
        "статус заказа": ORDERS,
        "Хочу отменить заказ": SHOP,
        "отменить": SHOP,
        "посылька": ORDERS,
        "Позовите оператора": SHOP,
        "стоп": STOP,
        "Хватит писать": STOP,
        "сменить язык": SETTINGS,
        "помощь": HELP,
        "Спасибо!": THANKS,
        "быстрая доставка": THANKS,
        "я не очень доволен": SHOP,
        "понятно, спасибо": THANKS,
        "Здравствуйте": HELLO,
        "Добрый день": HELLO,
    },
    "ar": {
        "أين طلبي؟": ORDERS,
        "اين طلبى": ORDERS,
        "أَيْنَ طَلَبِي": ORDERS,
        "وين طلبي": ORDERS,
        "فين الأوردر": ORDERS,
        "متى يصل الطلب؟": ORDERS,
        "لم يصلني شيء": ORDERS,
        "حالة الطلبية": ORDERS,
        "أريد إلغاء الطلب": SHOP,
        "خدمة العملاء": SHOP,
        "توقف": STOP,
        "إيقاف الإشعارات": STOP,
        "تغيير اللغة": SETTINGS,
        "مساعدة": HELP,
        "شكراً": THANKS,
        "توصيل سريع": THANKS,
        "شـكـرا جزيلا": THANKS,
        "تمام": THANKS,
        "السلام عليكم ورحمة الله": HELLO,
        "مرحبا": HELLO,
    },
    "sw": {
        "Oda yangu iko wapi?": ORDERS,
        "iko wapi oda yangu": ORDERS,
        "mzigo wangu uko wapi": ORDERS,
        "Itafika lini?": ORDERS,
        "Bado sijapata oda yangu": ORDERS,
        "Nataka kughairi oda": SHOP,
        "naomba kuongea na mtu": SHOP,
        "acha": STOP,
        "sitaki ujumbe": STOP,
        "badilisha lugha": SETTINGS,
        "msaada": HELP,
        "Asante sana": THANKS,
        "huduma nzuri": THANKS,
        "oda nzuri": THANKS,
        "sawa": THANKS,
        "Habari za asubuhi": HELLO,
        "mambo vipi": HELLO,
    },
    "lg": {
        "Oda yange eri wa?": ORDERS,
        "oda yange eri ludda wa": ORDERS,
        "Omugugu gwange guli wa?": ORDERS,
        "Enatuuka ddi?": ORDERS,
        "Oda yange tennatuuka": ORDERS,
        "Njagala okusazaamu oda": SHOP,
        "lekera awo": STOP,
        "kyusa olulimi": SETTINGS,
        "nnyamba": HELP,
        "Weebale nnyo": THANKS,
        "oda nnungi": THANKS,
        "webale": THANKS,
        "Oli otya ssebo": HELLO,
    },
}
SAYS_NOTHING = (
    *("", "?", "...", "2", "december", "tea", "I have 2 questions", "The box was wet"),
    *("Blue, please", "Kampala", "Nakato", "my", "please", "what about the green tea", "🍌"),
    *("border", "it will rain cats", "we were out", "an oven and a pan"),
    "I wonder where you get your beans, in which country, at which height",
)


@pytest.mark.parametrize(
    ("said", "meant"), [each for table in SAID.values() for each in table.items()]
)
def test_people_are_understood_in_their_own_words(said: str, meant: Meaning) -> None:
    assert understood().meaning(said) == meant


@pytest.mark.parametrize("said", SAYS_NOTHING)
def test_what_says_nothing_is_not_guessed_at(said: str) -> None:
    assert understood().meaning(said) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bot_s_own_menu_says_is_understood(language: str) -> None:
    """Its texts say that one may ask so."""
    assert understood().meaning(translations(language).gettext("Where is my order?")) == ORDERS


def test_each_language_that_we_write_in_has_a_file_with_every_meaning() -> None:
    assert set(LANGUAGES) <= set(ours()) == set(SAID)
    for language, phrases in ours().items():
        assert {*Meaning} <= phrases.keys(), language


def test_a_word_by_itself_means_the_same_in_each_language() -> None:
    """All files count at once, as nobody says in which language they write."""
    meant = defaultdict[str, set[str]](set)
    for phrases in ours().values():
        for name, said in phrases.items():
            for phrase in said:
                meant[" ".join(words(phrase))].add(name)
    assert not {phrase: names for phrase, names in meant.items() if len(names) > 1}


def test_no_phrase_is_taken_for_a_code() -> None:
    assert not [
        phrase
        for phrases in ours().values()
        for said in phrases.values()
        for phrase in said
        if bare_code(phrase)
    ]


def test_a_long_letter_is_read_in_no_time() -> None:
    letter = "where on earth " * 200
    assert understood().meaning(letter) is None


# A shop's own


def own(folder: Path, text: str) -> Understanding:
    (folder / "en.toml").write_text(text, encoding="utf-8")
    return own_understanding(folder)


def test_a_shop_adds_phrases_to_ours(tmp_path: Path) -> None:
    understanding = own(tmp_path, 'orders = ["beans", "where beans"]')
    assert understanding.meaning("Beans?") == ORDERS
    assert understanding.meaning("where are my lovely beans") == ORDERS
    assert understanding.meaning("Where is my order?") == ORDERS
    assert understood().meaning("Beans?") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('order = ["beans"]', "“order” is none of shop, stop, orders, settings, help, "),
        ('orders = "beans"', "orders should be a list of phrases in quotes"),
        ('orders = [""]', "orders has an empty phrase"),
        ('orders = ["where\'s"]', "“where's” is not one word"),
        ("orders = [", "not in the form of TOML: "),
    ],
)
def test_a_mistake_in_it_is_told_with_its_place(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(WrongFile) as wrong:
        own(tmp_path, text)
    [line] = wrong.value.mistakes
    assert line.startswith(f"{tmp_path / 'en.toml'}: {problem}")
