<?php
/**
 * There is no link to be had now.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

defined( 'ABSPATH' ) || exit;

/**
 * Trackline is not set up, away, or refuses one. The message says which, for the shop's log; a customer hears only to
 * try again.
 */
final class NoLink extends \RuntimeException {
}
