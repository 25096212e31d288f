<?php
/**
 * Finds a class by its name: Trackline\WooCommerce\Outbox\Sender is in src/Outbox/Sender.php.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( string $name ): void {
		$space = 'Trackline\\WooCommerce\\';
		if ( str_starts_with( $name, $space ) ) {
			$file = __DIR__ . '/' . str_replace( '\\', '/', substr( $name, strlen( $space ) ) ) . '.php';
			if ( is_file( $file ) ) {
				require $file;
			}
		}
	}
);
