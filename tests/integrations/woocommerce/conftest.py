"""A WordPress for all tests of a process; each of them finds it as it was at first."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from integrations.woocommerce.package import pack
from storage.mongo import Driver
from tests.integrations.woocommerce.shop import WooShop
from tests.integrations.woocommerce.wordpress import HERE, WordPress, needed
from tests.support.drivers import one


@dataclass(frozen=True)
class Furnished:
    """``bare``: its database before the plugin came; ``ready``: with it."""

    wordpress: WordPress
    product: str
    bare: str
    ready: str


@pytest.fixture
def driver() -> Driver:
    return one("motor")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plugin as it is installed."""
    return pack(tmp_path_factory.mktemp("plugin"))


@pytest.fixture(scope="session")
def furnished(package: Path) -> Iterator[Furnished]:
    needed()
    with tempfile.TemporaryDirectory(prefix="wordpress-") as folder, WordPress(Path(folder)) as wp:
        wp.run_file(HERE / "site" / "shop.php")
        product = wp.run_file(HERE / "site" / "furnish.php")
        bare = wp.database.dump()
        wp.run_file(HERE / "site" / "plugin.php", str(package))
        yield Furnished(wp, product, bare, wp.database.dump())


@pytest.fixture(params=[pytest.param(True, id="hpos"), pytest.param(False, id="posts")])
def hpos(request: pytest.FixtureRequest) -> bool:
    """Whether orders are in tables of their own."""
    return bool(request.param)


@pytest.fixture
def woo(furnished: Furnished, request: pytest.FixtureRequest) -> Iterator[WooShop]:
    """A shop with the plugin, which nobody has set up yet."""
    wordpress = furnished.wordpress
    wordpress.database.restore(furnished.ready)
    wordpress.forget()
    shop = WooShop(wordpress, furnished.product)
    if "hpos" in request.fixturenames:
        shop.keep_orders(in_tables=request.getfixturevalue("hpos"))
    yield shop
    assert wordpress.complaints == []
