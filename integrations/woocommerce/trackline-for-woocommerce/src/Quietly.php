<?php
/**
 * Keeps our errors from breaking the shop.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'ABSPATH' ) || exit;

/**
 * For what WooCommerce calls in the middle of something of its own, like a checkout.
 */
final class Quietly {

	/**
	 * Does something. What goes wrong is logged, and the shop goes on.
	 *
	 * The log has the place and not the message, which may hold what a customer has typed.
	 *
	 * @param string   $what What it is, for the log.
	 * @param callable $work Does it.
	 */
	public static function run( string $what, callable $work ): void {
		try {
			$work();
		} catch ( \Throwable $error ) {
			$place = basename( $error->getFile() ) . ':' . $error->getLine();
			self::log( sprintf( '%s failed: %s in %s', $what, $error::class, $place ) );
		}
	}

	/**
	 * Writes a line into WooCommerce's log (Status → Logs, source "trackline").
	 *
	 * @param string $line Without secrets, and nothing about a person.
	 */
	public static function log( string $line ): void {
		wc_get_logger()->error( $line, [ 'source' => 'trackline' ] );
	}
}
