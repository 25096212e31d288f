<?php
/**
 * Takes away all that we have kept. Trackline itself keeps what it knows of orders; there it is erased by its own means.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require __DIR__ . '/src/autoload.php';

Uninstall::everywhere();
