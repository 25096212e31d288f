<?php
/**
 * Plugin Name:          Trackline for WooCommerce
 * Description:          Your customers follow their orders in Telegram: a button on the thank-you page, in My Account and in the order mails, and news that arrives by itself. For guests, too.
 * Version:              1.0.0
 * Author:               Trackline contributors
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          trackline-for-woocommerce
 * Domain Path:          /languages
 * Requires at least:    6.1
 * Requires PHP:         8.1
 * Requires Plugins:     woocommerce
 * WC requires at least: 8.2
 * WC tested up to:      10.7
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'ABSPATH' ) || exit;

const PLUGIN_FILE = __FILE__;

require __DIR__ . '/src/autoload.php';

Plugin::begin();
