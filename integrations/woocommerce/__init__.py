"""The WooCommerce plugin: how it is packed and translated. The plugin itself is PHP."""

from pathlib import Path

PLUGIN = Path(__file__).parent / "trackline-for-woocommerce"
CATALOGUES = PLUGIN / "languages"
DOMAIN = PLUGIN.name
"""The text domain of its texts in WordPress."""
