"""Telegram's HTML: what it accepts, what it refuses and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.html import HtmlError, parse_html
from sandbox.render import render
from sandbox.text import FormattedText, normalise


def parsed(source: str) -> tuple[str, list[dict[str, Any]]]:
    found = parse_html(source)
    return found.text, [dict(entity) for entity in found.entities]


def one(kind: str, offset: int, length: int, **more: Any) -> list[dict[str, Any]]:
    return [{"type": kind, "offset": offset, "length": length, **more}]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"), ("strong", "bold"), ("B", "bold"),
        ("i", "italic"), ("em", "italic"),
        ("u", "underline"), ("ins", "underline"),
        ("s", "strikethrough"), ("strike", "strikethrough"), ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"), ("code", "code"), ("pre", "pre"), ("blockquote", "blockquote"),
    ],
)  # fmt: skip
def test_each_tag_becomes_its_entity(tag: str, kind: str) -> None:
    assert parsed(f"a <{tag}>bc</{tag}> d") == ("a bc d", one(kind, 2, 2))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<span class="tg-spoiler">x</span>', one("spoiler", 0, 1)),
        ("<blockquote expandable>x</blockquote>", one("expandable_blockquote", 0, 1)),
        ('<blockquote expandable="">x</blockquote>', one("expandable_blockquote", 0, 1)),
        (
            '<a href="https://x.example/?a=1&amp;b=2">x</a>',
            one("text_link", 0, 1, url="https://x.example/?a=1&b=2"),
        ),
        ("<a href='x.example'>x</a>", one("text_link", 0, 1, url="http://x.example/")),
        ("<a>x.example</a>", one("text_link", 0, 9, url="http://x.example/")),
        ('<a href="javascript:alert(1)">x</a>', []),
        ('<a href="http://localhost/">x</a>', []),
        ('<pre><code class="language-python">x</code></pre>', one("pre", 0, 1, language="python")),
        ('<code class="language-python"><pre>x</pre></code>', one("pre", 0, 1, language="python")),
        ('<code class="language-python">x</code>', one("code", 0, 1)),
        (
            '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
            one("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286"),
        ),
        ("<b></b>x", []),
        ("<b>x</>", one("bold", 0, 1)),
        ("<b >x</b >", one("bold", 0, 1)),
    ],
)
def test_attributes_and_leniencies_of_the_real_parser(
    source: str, expected: list[dict[str, Any]]
) -> None:
    assert parsed(source)[1] == expected


@pytest.mark.parametrize("how", ["r", "w", "wDT", "wdt", "D", "t", "DT", ""])
def test_a_moment_carries_its_time_and_format(how: str) -> None:
    more = {"date_time_format": how} if how else {}
    assert parsed(f'<tg-time unix="1700000000" format="{how}">then</tg-time>') == (
        "then",
        one("date_time", 0, 4, unix_time=1700000000, **more),
    )


@pytest.mark.parametrize("how", ["x", "rw", "Tt", "tD", "wdDtT"])
def test_a_moment_in_another_format_is_refused(how: str) -> None:
    with pytest.raises(HtmlError, match="Invalid date format used"):
        parse_html(f'<tg-time unix="1700000000" format="{how}">then</tg-time>')


@pytest.mark.parametrize("unix", ["0", "-5", "soon", "99999999999"])
def test_a_moment_without_a_usable_time_is_plain_text(unix: str) -> None:
    assert parsed(f'<tg-time unix="{unix}">then</tg-time>') == ("then", [])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;b&gt; &amp; &quot;", '<b> & "'),
        ("&lt x", "< x"),
        ("&#65;&#x42;&#x1F600;", "AB😀"),
        ("&nbsp; &copy; &apos;", "&nbsp; &copy; &apos;"),
        ("&#0; &#x110000; &", "&#0; &#x110000; &"),
        ("a > b", "a > b"),
    ],
)
def test_only_the_known_character_references_are_decoded(source: str, text: str) -> None:
    assert parsed(source) == (text, [])


def test_offsets_count_utf16_units() -> None:
    assert parsed("😀é <b>😀</b>") == ("😀é 😀", one("bold", 4, 2))


def test_nested_entities_come_outermost_first() -> None:
    _, entities = parsed("<i>a<b>b</b></i>")
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == [
        ("italic", 0, 2),
        ("bold", 1, 1),
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("text <x>y</x>", 'Unsupported start tag "x" at byte offset 5'),
        ("é<br/>", 'Unsupported start tag "br/" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<!-- no -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<span class="red">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji emoji-id='x'>y</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<b>\0</b>", "Text must not contain null bytes"),
    ],
)
def test_what_cannot_be_parsed_is_refused_in_the_real_words(source: str, reason: str) -> None:
    with pytest.raises(HtmlError) as refusal:
        parse_html(source)
    assert str(refusal.value) == reason


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(HtmlError, match="unmatched surrogate code units"):
        parse_html("&#xd83d;")


def normal(source: str) -> tuple[str, list[tuple[str, int, int]]]:
    found = parse_html(source)
    clean = normalise(found.text, found.entities)
    return clean.text, [(e["type"], e["offset"], e["length"]) for e in clean.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (" \n a \n ", "a", []),
        ("  <b>a</b>  ", "a", [("bold", 0, 1)]),
        ("<b> a </b>", " a", [("bold", 0, 2)]),
        ("a <b> </b>", "a", []),
        ("<b> </b>a", "a", []),
        ("a\r\nb\tc", "a\nb c", []),
        ("\u202eab\u2028<b>c</b>", "abc", [("bold", 2, 1)]),
        ("<code>a <b>b</b></code>", "a b", [("code", 0, 3)]),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            "ab",
            [("blockquote", 0, 2)],
        ),
        ("\u2800 \u200b", "", []),
    ],
)
def test_a_text_is_cleaned_and_trimmed_as_telegram_does(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    assert normal(source) == (text, entities)


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("/start abc", [("bot_command", 0, 6)]),
        ("/track@trackline_bot 1001", [("bot_command", 0, 20)]),
        ("😀 /help", [("bot_command", 3, 5)]),
        ("and/or, //x, 1/2", []),
        ("see https://x.example/a?b=c.", [("url", 4, 23)]),
    ],
)
def test_commands_and_links_are_found(text: str, entities: list[tuple[str, int, int]]) -> None:
    found = normalise(text).entities
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


def test_no_link_is_found_inside_code_or_another_link() -> None:
    assert normal("<code>https://x.example</code>")[1] == [("code", 0, 17)]
    assert normal('<a href="https://y.example">https://x.example</a>')[1] == [("text_link", 0, 17)]


def test_only_the_first_hundred_entities_are_kept() -> None:
    assert len(normal("<b>a</b> " * 101)[1]) == 100


def page(source: str) -> str:
    found = parse_html(source)
    clean = normalise(found.text, found.entities)
    return render(clean.text, clean.entities)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("a &lt;script&gt;&amp;&quot;", "a &lt;script&gt;&amp;&quot;"),
        ("<b>a<i>b</i></b>c", "<b>a<i>b</i></b>c"),
        ("😀<s>x</s>😀", "😀<s>x</s>😀"),
        ("<tg-spoiler>x</tg-spoiler>", '<span class="spoiler">x</span>'),
        (
            "<blockquote>x</blockquote>\n\ny",
            "<blockquote>x</blockquote>\ny",
        ),
        (
            "<blockquote expandable>x</blockquote>y",
            '<blockquote class="expandable">x</blockquote>y',
        ),
        (
            '<tg-time unix="5" format="r">then</tg-time>',
            '<time data-unix="5" data-format="r">then</time>',
        ),
        (
            '<a href="https://x.example/?a=&quot;&gt;">x</a>',
            '<a href="https://x.example/?a=&quot;&gt;" target="_blank" '
            'rel="noopener noreferrer">x</a>',
        ),
        ('<pre><code class="language-py">x</code></pre>', "<pre>x</pre>"),
    ],
)
def test_the_page_gets_safe_html_made_from_text_and_entities(source: str, html: str) -> None:
    assert page(source) == html


def test_the_page_never_gets_a_script_link() -> None:
    evil = FormattedText(
        "x", ({"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"},)
    )
    assert "javascript" not in render(evil.text, evil.entities)


def test_overlapping_entities_still_make_well_formed_html() -> None:
    entities = normalise(
        "abc",
        [
            {"type": "bold", "offset": 0, "length": 2},
            {"type": "italic", "offset": 1, "length": 2},
        ],
    ).entities
    assert render("abc", entities) == "<b>a<i>b</i></b>c"
