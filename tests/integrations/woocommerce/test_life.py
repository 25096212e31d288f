"""The plugin comes, goes, and leaves a shop as it was."""

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.app import Trackline
from tests.integrations.woocommerce.conftest import Furnished
from tests.integrations.woocommerce.shop import PASSWORD, SETTINGS, Order, WooShop, box, button
from tests.integrations.woocommerce.wordpress import HERE
from tests.support.programs import need
from tests.support.shop import API_KEY, SECRET

NAME = "trackline-for-woocommerce/trackline-for-woocommerce.php"
KEYS = {
    "wp_options": "option_name",
    "wp_usermeta": "meta_key",
    "wp_postmeta": "meta_key",
    "wp_wc_orders_meta": "meta_key",
    "wp_actionscheduler_actions": "hook",
    "wp_actionscheduler_groups": "slug",
}
"""Of each table that a plugin may write to, what tells whose a row is."""

LATER = {"jetpack_connection_active_plugins", "woocommerce_marketplace_suggestions"}
"""Options of the real WooCommerce, which makes them when it gets to it."""

SWITCH = "require_once ABSPATH . 'wp-admin/includes/admin.php';\n"


def names(woo: WooShop) -> dict[str, set[str]]:
    """What there is in the database: the tables, and by KEYS the rows of those."""
    ask = woo.wordpress.database.ask
    tables = set(ask("SHOW TABLES").split())
    found = {"tables": tables}
    for table, column in KEYS.items():
        if table in tables:
            rows = ask(f"SELECT DISTINCT {column} FROM {table}").splitlines()
            lasting = (
                row for row in rows if not row.startswith(("_transient_", "_site_transient_"))
            )
            found[table] = {re.sub(r"[0-9a-f]{8,}|\d+", "*", row) for row in lasting}
    return found


def added(after: dict[str, set[str]], before: dict[str, set[str]]) -> dict[str, set[str]]:
    """What there was not before."""
    new = {where: found - before.get(where, set()) - LATER for where, found in after.items()}
    return {where: found for where, found in new.items() if found}


async def a_day_of_the_shop(woo: WooShop) -> Order:
    """An order, from the checkout to its end, with all pages that an operator opens."""
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
        await browser.get(order.page)
        await browser.get("/my-account/")
    await woo.move(order, "completed")
    await woo.sends()
    async with woo.visitor("shopkeeper") as operator:
        await operator.get("/wp-admin/")
        await operator.get("/wp-admin/plugins.php")
        await operator.get("/wp-admin/admin.php?page=wc-settings&tab=integration")
    await woo.wordpress.run("do_action( 'trackline_sweep' );")
    return order


async def test_uninstalling_leaves_nothing_in_the_database(
    woo: WooShop, furnished: Furnished, hpos: bool, service: Trackline, package: Path
) -> None:
    wordpress = woo.wordpress
    wordpress.database.restore(furnished.bare)
    woo.keep_orders(in_tables=hpos)
    await a_day_of_the_shop(woo)
    without = names(woo)

    wordpress.database.restore(furnished.ready)
    woo.keep_orders(in_tables=hpos)
    await woo.set_up(service.url)
    await a_day_of_the_shop(woo)
    assert added(names(woo), without)
    try:
        await wordpress.run(
            SWITCH + f"deactivate_plugins( '{NAME}' );"
            f"if ( true !== delete_plugins( array( '{NAME}' ) ) ) {{ exit( 1 ); }}"
        )
        assert added(names(woo), without) == {}
        assert not (wordpress.plugins / NAME).parent.exists()
        dump = wordpress.database.dump()
        assert "trackline" not in dump.lower()
        assert API_KEY not in dump
    finally:
        wordpress.database.restore(furnished.bare)
        wordpress.run_file(HERE / "site" / "plugin.php", str(package))


async def test_while_it_is_switched_off_nothing_is_scheduled_and_afterwards_it_goes_on(
    woo: WooShop, service: Trackline
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor("alice") as browser:
        order = await woo.buy(browser)
    await woo.wordpress.run(SWITCH + f"deactivate_plugins( '{NAME}' );")
    pending = "SELECT COUNT(*) FROM wp_actionscheduler_actions WHERE status = 'pending'"
    ours = f"{pending} AND hook LIKE 'trackline%'"
    assert woo.wordpress.database.ask(ours) == "0\n"
    assert "trackline" not in await woo.wordpress.run("echo wp_json_encode( _get_cron_array() );")
    await woo.move(order, "completed")
    await woo.wordpress.run(SWITCH + f"activate_plugin( '{NAME}' );")
    await woo.wordpress.run("do_action( 'trackline_sweep' );")
    await woo.sends()
    assert woo.outbox("waiting") == []


async def test_without_woocommerce_it_does_nothing(woo: WooShop) -> None:
    await woo.wordpress.run(SWITCH + "deactivate_plugins( 'woocommerce/woocommerce.php', true );")
    async with woo.visitor("shopkeeper") as operator:
        for path in ("/", "/wp-admin/", "/wp-admin/plugins.php"):
            assert (await operator.get(path)).status == 200


async def test_it_says_that_it_works_with_tables_of_their_own_and_with_blocks(
    woo: WooShop,
) -> None:
    said = await woo.wordpress.run(
        "echo implode( ' ', Automattic\\WooCommerce\\Utilities\\FeaturesUtil"
        f"::get_compatible_features_for_plugin( '{NAME}' )['compatible'] );"
    )
    assert {"custom_order_tables", "cart_checkout_blocks"} <= set(said.split())


async def test_no_log_has_a_secret_or_a_customers_address(woo: WooShop, service: Trackline) -> None:
    await woo.set_up(service.url)
    await a_day_of_the_shop(woo)
    await woo.set_up("http://127.0.0.1:1", secret="whsec_plJ3nmyCDGBKInavdOK15jsl")
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
        page = await gwen.get(order.page)
        assert (await gwen.get(button(box(page)))).status == 503
    await woo.sends()
    async with woo.visitor("shopkeeper") as operator:
        await operator.get(SETTINGS)
    said = woo.wordpress.everything_logged()
    assert "No link" in said, "otherwise there was nothing to see"
    for secret in (API_KEY, SECRET, "whsec_", PASSWORD, "gwen@example.com", "1234567", "Gwen"):
        assert secret not in said


async def test_what_breaks_in_the_plugin_breaks_no_order_and_is_logged_without_its_message(
    woo: WooShop, service: Trackline
) -> None:
    await woo.set_up(service.url)
    async with woo.visitor() as gwen:
        order = await woo.buy(gwen)
    broken = "throw new Exception( 'for gwen@example.com' );"
    await woo.change(
        order,
        f"add_filter( 'trackline_order_status', function () {{ {broken} }} );"
        "$order->set_customer_note( 'Ring twice' ); $order->save();",
    )
    assert await woo.change(order, "echo $order->get_customer_note();") == "Ring twice"
    said = woo.wordpress.everything_logged()
    assert "Noticing an order failed: Exception in" in said
    assert "gwen@example.com" not in said


def test_php_reads_each_file(package: Path, tmp_path: Path) -> None:
    need("php")
    with ZipFile(package) as zipped:
        zipped.extractall(tmp_path)
    for file in tmp_path.rglob("*.php"):
        read = subprocess.run(
            ["php", "-n", "-l", "-d", "error_reporting=-1", "-d", "display_errors=1", str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert read.stdout.startswith("No syntax errors"), read.stdout


def test_the_files_are_as_php_wants_them(package: Path, tmp_path: Path) -> None:
    """By the standards that come with PHP_CodeSniffer; WordPress's own is not among them."""
    need("phpcs")
    with ZipFile(package) as zipped:
        zipped.extractall(tmp_path)
    sniffs = [
        "Generic.PHP.DeprecatedFunctions",
        "Generic.PHP.ForbiddenFunctions",
        "Generic.PHP.LowerCaseConstant",
        "Generic.CodeAnalysis.EmptyStatement",
        "Generic.CodeAnalysis.UnconditionalIfStatement",
        "Generic.Files.LineEndings",
        "PSR1.Classes.ClassDeclaration",
        "Squiz.PHP.Eval",
        "Squiz.Scope.StaticThisUsage",
    ]
    checked = subprocess.run(
        ["phpcs", "--standard=Generic,PSR1,Squiz", f"--sniffs={','.join(sniffs)}", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ["activate", "deactivate"])
async def test_switching_it_on_or_off_prints_nothing(woo: WooShop, name: str) -> None:
    """WordPress calls that "unexpected output"."""
    call = {"activate": "activate_plugin", "deactivate": "deactivate_plugins"}[name]
    other = {"activate": "deactivate_plugins", "deactivate": "activate_plugin"}[name]
    await woo.wordpress.run(SWITCH + f"{other}( '{NAME}' );")
    assert await woo.wordpress.run(SWITCH + f"{call}( '{NAME}' );") == ""
