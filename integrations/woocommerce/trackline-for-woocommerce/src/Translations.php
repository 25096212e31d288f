<?php
/**
 * Our texts in the language of the page.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'ABSPATH' ) || exit;

/**
 * A catalogue is named by its language alone, and serves all countries: who has set `es_MX` reads `es`. One that the
 * shop has made for its own country comes first.
 */
final class Translations {

	private const DOMAIN = 'trackline-for-woocommerce';

	/** What WordPress calls some languages. */
	private const NAMES = [
		'ary' => 'ar',
		'lug' => 'lg',
	];

	/** When texts are looked for. */
	public function register(): void {
		add_action( 'init', [ $this, 'load' ] );
		add_filter( 'load_textdomain_mofile', [ $this, 'find' ], 10, 2 );
	}

	/** Says where they are. */
	public function load(): void {
		load_plugin_textdomain( self::DOMAIN, false, dirname( plugin_basename( PLUGIN_FILE ) ) . '/languages' );
	}

	/**
	 * Finds the catalogue of a locale.
	 *
	 * @param mixed $file   Where WordPress looks.
	 * @param mixed $domain Whose texts.
	 */
	public function find( mixed $file, mixed $domain ): mixed {
		if ( self::DOMAIN !== $domain || ! is_string( $file ) || is_readable( $file ) ) {
			return $file;
		}
		$locale   = substr( basename( $file, '.mo' ), strlen( self::DOMAIN ) + 1 );
		$language = explode( '_', $locale )[0];
		return dirname( PLUGIN_FILE ) . '/languages/' . self::DOMAIN . '-' . ( self::NAMES[ $language ] ?? $language ) . '.mo';
	}
}
