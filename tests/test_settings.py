"""The environment and `.env`: what is read, and the one line that says what is wrong."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dotenv import dotenv_values

from bot.services.orders.statuses import Status
from bot.settings import Settings, SettingsError, load
from tests.support.errors import revealed_by

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
REQUIRED = {"BOT_TOKEN": "123456:ABC-DEF", "WEBHOOK_SECRETS": SECRET, "API_KEYS": "k" * 16}
NAMES = [name.upper() for name in Settings.model_fields]
SHOP_SECRETS = [n for n in NAMES if n.endswith("_SECRETS") and n != "WEBHOOK_SECRETS"]
EXAMPLE = Path(__file__).parent.parent / ".env.example"

Environment = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Sets the environment: the required settings and these; None takes one out."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def environment(**settings: str | None) -> None:
        for name, value in {**REQUIRED, **settings}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    environment()
    return environment


@pytest.fixture
def env_file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / ".env"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def problems(env_file: Path | None = None) -> list[str]:
    """The lines of the error; it gives away nothing that is called CANARY."""
    with pytest.raises(SettingsError) as refused:
        load(env_file)
    assert "CANARY" not in revealed_by(refused.value).upper()
    return str(refused.value).splitlines()


def wants(name: str) -> str:
    return f"it should be {Settings.model_fields[name.lower()].description}."


def test_without_a_file_a_missing_setting_says_how_to_make_one(
    environment: Environment, tmp_path: Path
) -> None:
    environment(BOT_TOKEN=None)
    file = tmp_path / ".env"
    hint = f"There is no {file} in this folder: `python -m bot init` makes one."
    assert problems(file)[1:] == [hint]
    file.touch()
    assert len(problems(file)) == 1


def test_what_was_given_by_another_name_is_told_by_it(environment: Environment) -> None:
    environment()
    with pytest.raises(SettingsError, match=r"^--map is malformed .*: it should be what the shop"):
        load(None, called={"reconcile_map": "--map"}, reconcile_map="CANARY=x")


# Missing


@pytest.mark.parametrize("nothing", [None, "", "  "])
@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_is_named_with_what_it_wants(
    environment: Environment, name: str, nothing: str | None
) -> None:
    environment(**{name: nothing})
    assert problems() == [f"{name} is missing: {wants(name)}"]


def test_all_that_is_wrong_is_told_at_once(environment: Environment) -> None:
    environment(BOT_TOKEN=None, API_KEYS="CANARY", HTTP_PORT="CANARY", LOG_LEVEL="CANARY")
    assert [line.split()[0] for line in problems()] == [
        "BOT_TOKEN",
        "API_KEYS",
        "HTTP_PORT",
        "LOG_LEVEL",
    ]


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(REQUIRED)))
def test_an_empty_setting_is_the_same_as_none(environment: Environment, name: str) -> None:
    defaults = load(None)
    environment(**{name: ""})
    assert load(None) == defaults


def test_the_web_server_listens_on_this_machine_only_unless_told_otherwise(
    environment: Environment,
) -> None:
    environment(HTTP_HOST="")
    assert load(None).http_host == "127.0.0.1"


# Malformed

KEY = "v5OLr5DU5FaiI3G0ZF0DkTVXf/Y73C1SYTPWFO5zcCo="
MALFORMED = {
    "METRICS_ADDRESS": [
        "CANARY",
        ":9090",
        "CANARY:",
        "CANARY:x",
        "CANARY:99999",
        "http://CANARY:1",
    ],
    "CONSOLE": ["CANARY", "yes"],
    "BOT_TOKEN": ["CANARY", "CANARY:abc", "1:", "123:CANARY/..", "123456:ABC CANARY", "١:CANARY"],
    "BOT_API_URL": ["CANARY", "ftp://CANARY", "https://", "https://CANARY?x", "http://CANARY /"],
    "MONGODB_URI": ["CANARY", "postgres://CANARY", "mongodb://", "mongodb:CANARY"],
    "MONGODB_DRIVER": ["CANARY", "Motor"],
    "WEBHOOK_SECRETS": [
        "CANARY",
        "whsec_",
        "whsec_CANARY",
        f"{SECRET},CANARY",
        "CANARY,CANARY2",
        "whsec_CÄNARY",
        ",",
    ],
    "API_KEYS": [
        "CANARY",
        f"{'k' * 16}, CANARY",
        "CANARY CANARY CANARY",
        "CANARYÄÄÄÄÄÄÄÄÄÄÄÄ",
        f"site:read:CANARY{'k' * 10},site:link:{'c' * 16}",
        f"a:read:{'CANARY' * 3},b:link:{'CANARY' * 3}",
        "site:read:CANARY",
        ",",
        "backoffice:read+write:",
        f"backoffice:raed:CANARY{'k' * 16}",
        f"backoffice:read+:CANARY{'k' * 16}",
        f"backoffice::CANARY{'k' * 16}",
        f"CANARY{'k' * 10}:read+write",
        f":read:CANARY{'k' * 16}",
        f"{'k' * 16}, back office:read:CANARY{'k' * 16}",
    ],
    **{name: ["x", "CANARY"] for name in SHOP_SECRETS},
    "SHOPIFY_SECRETS": ["x", "CANARY", f"{'k' * 16},CANARY"],
    "SHOPIFY_SHOP": ["nile coffee CANARY", "shop.CANARY.test", "http://CANARY.myshopify.com"],
    "SHOPIFY_ADMIN_TOKEN": ["CANARY", f"shpss_CANARY{'k' * 16}"],
    "SHOPIFY_CLIENT_ID": ["CANARY", "CANARY CANARY CANARY"],
    "SHOPIFY_CLIENT_SECRET": ["CANARY"],
    "WOOCOMMERCE_URL": ["CANARY", "http://CANARY.test", "https://CANARY:x@CANARY.test", "https://"],
    "WOOCOMMERCE_CONSUMER_KEY": ["CANARY", "cs_CANARY"],
    "WOOCOMMERCE_CONSUMER_SECRET": ["CANARY", "ck_CANARY"],
    "SHIPPO_SECRETS": ["x", "CANARY", f"{'k' * 16}&CANARY", f"CANARY+{'k' * 16}"],
    "SHOP_WEBHOOK_URL": [
        "CANARY",
        "ftp://CANARY",
        "https://",
        "https://CANARY /",
        "http://a#CANARY",
    ],
    "PHOTO_HOSTS": ["https://CANARY.test", "CANARY.test/a", "CANARY@b", "CANARY.test:x", "a,b/c"],
    "SHOP_WEBHOOK_SECRET": ["CANARY", "whsec_", "whsec_CANARY", f"{SECRET},CANARY"],
    "ENCRYPTION_KEYS": ["CANARY", "CANARYCANARYCANARYCANARYCANARYCANARYCANARY=", f"{KEY},CANARY"],
    "HTTP_PORT": ["CANARY", "-1", "65536", "80.5", "9" * 5000],
    "PUBLIC_URL": ["CANARY", "http://CANARY.test", "https://", "https://CANARY.test/?x=1"],
    "SHOP_NAME": ["CANARY" * 11],
    "SHOP_LOGO": ["CANARY", "CANARY/CANARY.png", __file__],
    "SHOP_COLOR": ["CANARY", "#CANARY", "#fff", "6f4e37", "#6f4e3g"],
    "TRACKING_PAGE": ["CANARY", "true"],
    "MINI_APP": ["CANARY", "true", "https://CANARY.test"],
    "STATES_FILE": ["CANARY", "CANARY.toml"],
    "TEXTS_DIR": ["CANARY", "CANARY/CANARY"],
    "SUPPORT_URL": [
        *("CANARY", "http://CANARY.test", "https://CANARY", "https://", "https://a:b@CANARY.test"),
        *("tel:+256700000001", "mailto:CANARY@CANARY.test", "0700 000001", "+CANARY", "+256", "@a"),
        *("@CANARY CANARY", "https://CANARY.test/a b", "+256700000001234567890"),
    ],
    "SHOP_URL": [
        *("CANARY", "http://CANARY.test", "https://CANARY", "https://a:b@CANARY.test"),
        *("ftp://127.0.0.1:1/", "https://CANARY.test/a b", "+256700000001"),
    ],
    "DEFAULT_LANGUAGE": ["CANARY", "../../CANARY", "en-", "-", "xx"],
    "DEFAULT_TIMEZONE": ["CANARY", "../CANARY", "/etc/CANARY", "EAT"],
    "ORDER_LOOKUP": ["CANARY", "Contact", "code"],
    "COURIER_MAP": ["CANARY", "true", "1"],
    "LIVE_MESSAGES": ["CANARY", "true", "1"],
    "PICTURES": ["CANARY", "On", "https://CANARY.test"],
    "ORDER_LINK_DAYS": ["CANARY", "0", "366", "1.5"],
    "LINK_MINUTES": ["CANARY", "0", "1441", "1.5"],
    "STATUS_NAMES": ["CANARY", "=", "CANARY=x", "CANARY.xx=x", ".en=CANARY"],
    "STATUS_WORDS": ["CANARY", "CANARY=", "CANARY=CANARY", "gone=delivered, x=CANARY"],
    "STAFF_CHAT": ["CANARY", "1001", "-", "-1:CANARY", "-1:0", "-1001:2:3", "@CANARY"],
    "STAFF_MEMBERS": ["CANARY", "1001,CANARY", "-1001", "0", "1.5"],
    "OTEL_EXPORTER_OTLP_ENDPOINT": ["CANARY", "collector:4318"],
    "ROLES": ["web,CANARY", "Web", ","],
    "STUCK_DAYS": ["CANARY", "0", "366", "1.5"],
    "KEEP_ORDERS_DAYS": ["0", "6", "3651", "for ever"],
    "KEEP_FEEDBACK_DAYS": ["6"],
    "KEEP_DEAD_LETTERS_DAYS": ["6"],
    "SILENCE_DAYS": ["CANARY", "0", "91", "1.5"],
    "RECONCILE_SOURCE": ["CANARY", "postgres://CANARY", "mongodb://", "CANARY.xlsx"],
    "RECONCILE_MAP": ["CANARY", "CANARY=x", "order_id=", "order_id=_id, CANARY=x"],
    "RECONCILE_EVERY_HOURS": ["CANARY", "0", "-1", "721", "nan"],
    "API_RATE": ["CANARY", "0", "-1", "10001", "nan"],
    "TELEGRAM_RATE": ["CANARY", "0", "-1", "1001", "nan"],
    "SHUTDOWN_SECONDS": ["CANARY", "0", "-1", "301", "nan", "inf"],
    "LOG_LEVEL": ["CANARY", "info"],
    "LOG_FORMAT": ["CANARY", "JSON"],
}


@pytest.mark.parametrize("name", ["SHOP_LOGO", "STATES_FILE", "TEXTS_DIR"])
@pytest.mark.parametrize(
    ("path", "why"), [("/CANARY", "No such file or directory"), ("C" * 300, "File name too long")]
)
def test_a_file_that_cannot_be_read_says_which_setting_names_it_and_why(
    environment: Environment, name: str, path: str, why: str
) -> None:
    environment(**{name: path})
    assert problems() == [f"{name} is malformed (it cannot be read: {why}): {wants(name)}"]


@pytest.mark.parametrize(
    ("name", "path", "why"),
    [
        ("SHOP_LOGO", Path(__file__).parent, "Is a directory"),
        ("TEXTS_DIR", Path(__file__), "Not a directory"),
    ],
)
def test_a_folder_is_no_file(environment: Environment, name: str, path: Path, why: str) -> None:
    environment(**{name: str(path)})
    assert problems() == [f"{name} is malformed (it cannot be read: {why}): {wants(name)}"]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in MALFORMED.items() for value in values]
)
def test_a_malformed_setting_is_one_line_that_never_holds_the_value(
    environment: Environment, name: str, value: str
) -> None:
    environment(**{name: value})
    (line,) = problems()
    assert line.startswith((f"{name} is malformed: ", f"{name} is malformed ("))
    assert line.endswith(wants(name))
    for jargon in ("Input should", "List should", "String should", "Value error", "pydantic"):
        assert jargon not in line


def test_only_what_can_be_anything_is_never_malformed() -> None:
    assert set(NAMES) - set(MALFORMED) == {
        *("DATA_DIR", "HTTP_HOST", "RECONCILE_COLLECTION"),
    }


def test_a_mistake_in_the_shop_s_own_words_is_a_line_with_its_place(
    environment: Environment, tmp_path: Path
) -> None:
    file = tmp_path / "en.po"
    file.write_text('\nmsgid "Confirmed"\nmsgstr "<b>"\n', encoding="utf-8")
    environment(TEXTS_DIR=str(tmp_path))
    assert problems() == [f"{file}:2: no < or markup can stand here: “<b>”"]


@pytest.mark.parametrize(
    ("given", "support"),
    [
        ("https://nile.example", "https://nile.example"),
        ("https://shop.nile.example:8443/ask?a=b#c", "https://shop.nile.example:8443/ask?a=b#c"),
        ("@nile_coffee", "https://t.me/nile_coffee"),
        ("+256 700 000-001", "+256700000001"),
    ],
)
def test_the_shop_is_asked_at_an_address_by_name_or_by_phone(
    environment: Environment, given: str, support: str
) -> None:
    environment(SUPPORT_URL=given)
    assert load(None).support_url == support


def test_the_shop_s_webhook_wants_a_secret(environment: Environment) -> None:
    environment(SHOP_WEBHOOK_URL="https://CANARY.test/hook?key=CANARY")
    assert problems() == [f"SHOP_WEBHOOK_SECRET is missing: {wants('SHOP_WEBHOOK_SECRET')}"]
    environment(SHOP_WEBHOOK_URL="https://shop.test/hook/?key=x", SHOP_WEBHOOK_SECRET=SECRET)
    url = load(None).shop_webhook_url
    assert url
    assert url.get_secret_value() == "https://shop.test/hook/?key=x"


@pytest.mark.parametrize(
    ("source", "given", "missing"),
    [
        ("shopify", {}, ["SHOPIFY_SHOP", "SHOPIFY_CLIENT_ID", "SHOPIFY_CLIENT_SECRET"]),
        ("shopify", {"SHOPIFY_ADMIN_TOKEN": "shpat_x"}, ["SHOPIFY_SHOP"]),
        (
            "woocommerce",
            {"WOOCOMMERCE_URL": "https://shop.test"},
            ["WOOCOMMERCE_CONSUMER_KEY", "WOOCOMMERCE_CONSUMER_SECRET"],
        ),
        ("orders.csv", {}, []),
    ],
)
def test_a_system_as_the_source_wants_what_it_is_asked_with(
    environment: Environment, source: str, given: dict[str, str], missing: list[str]
) -> None:
    environment(RECONCILE_SOURCE=source, **given)
    if missing:
        assert problems() == [f"{name} is missing: {wants(name)}" for name in missing]
    else:
        load(None)


@pytest.mark.parametrize(
    "given",
    [
        *("nile-coffee", "Nile-Coffee.myshopify.com", "https://nile-coffee.myshopify.com/"),
        "https://admin.shopify.com/store/nile-coffee",
    ],
)
def test_a_shopify_shop_is_known_by_its_name(environment: Environment, given: str) -> None:
    environment(SHOPIFY_SHOP=given)
    assert load(None).shopify_shop == "https://nile-coffee.myshopify.com"


@pytest.mark.parametrize("given", ["https://shop.test/", "https://shop.test/wp-json/wc/v3/"])
def test_a_woocommerce_shop_is_its_address(environment: Environment, given: str) -> None:
    environment(WOOCOMMERCE_URL=given)
    assert load(None).woocommerce_url == "https://shop.test"


def test_some_roles_only_want_a_database_that_others_can_share(environment: Environment) -> None:
    environment(ROLES="web,bot", MONGODB_URI=None)
    [problem] = problems()
    assert problem.startswith("ROLES is malformed (some roles only want MONGODB_URI")
    environment(MONGODB_URI="mongodb://127.0.0.1/trackline")
    assert load(None).roles == ("web", "bot")


def test_no_secret_is_in_what_settings_look_like(environment: Environment) -> None:
    environment(
        BOT_TOKEN="123:CANARY",
        API_KEYS="CANARY" * 3,
        MONGODB_URI="mongodb://user:CANARY@localhost",
        WEBHOOK_SECRETS="whsec_CANARY" + "C" * 18,
        **dict.fromkeys(SHOP_SECRETS, f"{'CANARY' * 3},{'CANARY' * 4}"),
        SHOPIFY_ADMIN_TOKEN="shpat_CANARY",
        SHOPIFY_CLIENT_SECRET="CANARY" * 3,
        WOOCOMMERCE_CONSUMER_KEY="ck_CANARY",
        WOOCOMMERCE_CONSUMER_SECRET="cs_CANARY",
        SHOP_WEBHOOK_URL="https://user:CANARY@shop.test/?key=CANARY",
        SHOP_WEBHOOK_SECRET="whsec_CANARY" + "C" * 18,
        RECONCILE_SOURCE="mongodb://user:CANARY@localhost/shop",
    )
    settings = load(None)
    assert "CANARY" not in f"{settings} {settings!r} {settings.model_dump()}"


# Lists and pairs


def test_secrets_and_keys_are_lists_so_that_they_can_be_rotated(environment: Environment) -> None:
    other = "whsec_plJ3nmyCDGBKInavdOK15jsl"
    environment(WEBHOOK_SECRETS=f"{SECRET}, {other},", API_KEYS=f" {'a' * 16} ,{'b' * 16}")
    settings = load(None)
    assert [s.get_secret_value() for s in settings.webhook_secrets] == [SECRET, other]
    assert [k.get_secret_value() for k in settings.api_keys] == ["a" * 16, "b" * 16]


def test_shop_systems_are_connected_by_their_secrets(environment: Environment) -> None:
    one, two, three = ("1" * 16, "2" * 16, "3" * 16)
    environment(SHOPIFY_SECRETS=f"{one}, {two}", AFTERSHIP_SECRETS=three, WOOCOMMERCE_SECRETS=",")
    assert load(None).shop_secrets == {"shopify": [one, two], "aftership": [three]}


def test_a_host_of_photos_is_named_with_its_port_or_has_the_usual_ones(
    environment: Environment,
) -> None:
    environment(PHOTO_HOSTS="Photos.Lan, 10.0.0.7:9000, [::1]:8080")
    usual = {("photos.lan", 443), ("photos.lan", 80)}
    assert load(None).photo_places == usual | {("10.0.0.7", 9000), ("::1", 8080)}


def test_a_shops_own_words_for_states_are_pairs(environment: Environment) -> None:
    environment(STATUS_WORDS="dispatched=shipped, Gone Out = Out For Delivery,")
    assert load(None).status_words == {
        "dispatched": "shipped",
        "Gone Out": "Out For Delivery",
    }


def test_a_word_for_a_state_that_does_not_exist_is_told_the_states(
    environment: Environment,
) -> None:
    environment(STATUS_WORDS="gone=shiped")
    assert ", ".join(Status) in problems()[0]


# Languages, time zones, addresses


@pytest.mark.parametrize(("tag", "read"), [("en", "en"), ("en-GB", "en_GB"), ("pt_BR", "pt_BR")])
def test_a_language_is_a_tag_in_either_spelling(
    environment: Environment, tag: str, read: str
) -> None:
    environment(DEFAULT_LANGUAGE=tag)
    assert load(None).default_language == read


def test_a_time_zone_is_known_by_its_place(environment: Environment) -> None:
    environment(DEFAULT_TIMEZONE="Africa/Kampala")
    assert load(None).timezone == ZoneInfo("Africa/Kampala")


def test_telegrams_own_server_delivers_to_https_only(environment: Environment) -> None:
    environment(PUBLIC_URL="http://shop.test")
    assert "https only" in problems()[0]
    environment(PUBLIC_URL="https://shop.test/bot/")
    assert load(None).public_url == "https://shop.test/bot"


def test_a_self_hosted_server_delivers_to_http_as_well(environment: Environment) -> None:
    environment(PUBLIC_URL="http://10.0.0.7:8080", BOT_API_URL="http://bot-api:8081/")
    settings = load(None)
    assert (settings.public_url, settings.bot_api_url) == (
        "http://10.0.0.7:8080",
        "http://bot-api:8081",
    )


def test_telegrams_own_server_is_known_with_a_slash_behind_it_too(
    environment: Environment,
) -> None:
    environment(PUBLIC_URL="http://shop.test", BOT_API_URL="https://api.telegram.org/")
    assert [line.split()[0] for line in problems()] == ["PUBLIC_URL"]


def test_a_wrong_api_address_does_not_make_the_public_one_wrong(environment: Environment) -> None:
    environment(PUBLIC_URL="http://10.0.0.7:8080", BOT_API_URL="CANARY")
    assert [line.split()[0] for line in problems()] == ["BOT_API_URL"]


# The file


def test_the_file_is_read(environment: Environment, env_file: Callable[[str], Path]) -> None:
    environment(API_KEYS=None)
    path = env_file(f"API_KEYS={'f' * 16}\nSHOP_NAME='Nile Coffee & Tea' # ours\nUNKNOWN=1\n")
    settings = load(path)
    assert settings.api_keys[0].get_secret_value() == "f" * 16
    assert settings.shop_name == "Nile Coffee & Tea"


def test_the_environment_comes_before_the_file(
    environment: Environment, env_file: Callable[[str], Path]
) -> None:
    environment(SHOP_NAME="Environment", PUBLIC_URL="")
    settings = load(env_file("SHOP_NAME=File\nPUBLIC_URL=https://shop.test\nHTTP_PORT=9000\n"))
    assert (settings.shop_name, settings.http_port) == ("Environment", 9000)
    assert settings.public_url is None


def test_what_the_program_says_comes_before_both(
    environment: Environment, env_file: Callable[[str], Path]
) -> None:
    environment(SHOP_NAME="Environment", PUBLIC_URL="https://shop.test")
    settings = load(env_file("SHOP_NAME=File\n"), shop_name="Program", public_url=None)
    assert (settings.shop_name, settings.public_url) == ("Program", None)


def test_there_need_not_be_a_file(environment: Environment, tmp_path: Path) -> None:
    assert load(tmp_path / "none.env") == load(None)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("BOT_TOKN", "BOT_TOKEN"), ("WEBHOOK_SECRET", "WEBHOOK_SECRETS"), ("api_key", "API_KEYS")],
)
def test_a_mistyped_name_is_told_the_right_one(
    environment: Environment, env_file: Callable[[str], Path], written: str, meant: str
) -> None:
    environment()
    line = f"{written} is not a setting: did you mean {meant}?"
    assert problems(env_file(f"{written}=CANARY\n")) == [line]


def test_a_mistyped_name_of_a_required_setting_is_told_with_what_is_missing(
    environment: Environment, env_file: Callable[[str], Path]
) -> None:
    environment(BOT_TOKEN=None)
    assert problems(env_file("BOT_TOKN=CANARY\n")) == [
        "BOT_TOKN is not a setting: did you mean BOT_TOKEN?",
        f"BOT_TOKEN is missing: {wants('BOT_TOKEN')}",
    ]


@pytest.mark.parametrize("wrong", ["CANARY", "CANARY CANARY", 'SHOP_NAME="CANARY', "export CANARY"])
def test_a_line_that_sets_nothing_is_told_by_its_number_only(
    environment: Environment, env_file: Callable[[str], Path], wrong: str
) -> None:
    environment()
    path = env_file(f"# A comment\nSHOP_NAME='two\nlines'\n\n  # another\n\n{wrong}\nHTTP_PORT=\n")
    assert problems(path) == [f"{path}, line 7: it should be NAME=value."]


@pytest.mark.parametrize("name", [*NAMES, "bot_token", "HTTP_PROXY", "HTTPS_PROXY", "TZ", "PATH"])
def test_other_names_are_not_taken_for_mistakes(
    environment: Environment, env_file: Callable[[str], Path], name: str
) -> None:
    environment()
    assert load(env_file(f"{name}=\n"))


def test_a_file_that_is_no_text_is_told_of_and_not_shown(
    environment: Environment, tmp_path: Path
) -> None:
    environment()
    path = tmp_path / ".env"
    path.write_bytes(b"BOT_TOKEN=CANARY\xff\n")
    assert problems(path) == [f"{path} cannot be read: it should be a text file in UTF-8."]


# The example


def example(*, uncommented: bool) -> str:
    text = EXAMPLE.read_text(encoding="utf-8")
    return re.sub(r"^# (?=[A-Z_]+=)", "", text, flags=re.MULTILINE) if uncommented else text


def test_the_example_has_every_setting_once_and_no_other() -> None:
    found = re.findall(r"^(?:# )?([A-Z_]+)=", example(uncommented=False), flags=re.MULTILINE)
    assert sorted(found) == sorted(NAMES)


def test_the_example_leaves_open_what_is_required_and_nothing_else(
    env_file: Callable[[str], Path],
) -> None:
    assert dotenv_values(env_file(example(uncommented=False))) == dict.fromkeys(REQUIRED, "")


def test_the_example_says_of_each_setting_what_it_wants() -> None:
    lines = example(uncommented=True).splitlines()
    for before, line in pairwise(lines):
        name, is_setting, _ = line.partition("=")
        if is_setting and name.isupper():
            assert before == f"# {Settings.model_fields[name.lower()].description}"


@pytest.mark.parametrize("uncommented", [False, True])
def test_the_example_filled_in_gives_the_defaults(
    environment: Environment, env_file: Callable[[str], Path], uncommented: bool
) -> None:
    defaults = load(None)
    environment(**dict.fromkeys(REQUIRED))
    text = example(uncommented=uncommented)
    for name, value in REQUIRED.items():
        text = text.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    assert load(env_file(text)) == defaults


def test_the_example_writes_every_default_out(environment: Environment) -> None:
    lines = re.findall(r"^# ([A-Z_]+)=(.*)$", example(uncommented=False), flags=re.MULTILINE)
    for name, written in lines:
        default = getattr(load(None), name.lower())
        if isinstance(default, tuple):
            default = ",".join(default)
        assert written == (f"{default}".removesuffix(".0") if default else "")
