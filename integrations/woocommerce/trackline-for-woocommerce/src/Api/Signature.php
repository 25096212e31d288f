<?php
/**
 * Standard Webhooks 1.0, the sender's side.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Api;

defined( 'ABSPATH' ) || exit;

/**
 * Signs with one secret.
 */
final class Signature {

	/**
	 * Keeps the secret.
	 *
	 * @param string $secret `whsec_` and the key in base64.
	 */
	public function __construct( private readonly string $secret ) {
	}

	/**
	 * Whether a text is such a secret, and whole: PHP alone would decode one whose end is cut off.
	 *
	 * @param string $secret As the operator has typed it.
	 */
	public static function is_secret( string $secret ): bool {
		$encoded = substr( $secret, strlen( 'whsec_' ) );
		// phpcs:disable WordPress.PHP.DiscouragedPHPFunctions -- the secret's own form.
		$key = (string) base64_decode( $encoded, true );
		return str_starts_with( $secret, 'whsec_' ) && rtrim( base64_encode( $key ), '=' ) === rtrim( $encoded, '=' ) && strlen( $key ) >= 16;
		// phpcs:enable
	}

	/**
	 * The three headers.
	 *
	 * @param string $id        The webhook-id.
	 * @param int    $timestamp When it is sent, as a Unix time.
	 * @param string $body      The bytes of the body.
	 *
	 * @return array<string, string>
	 */
	public function headers( string $id, int $timestamp, string $body ): array {
		// phpcs:disable WordPress.PHP.DiscouragedPHPFunctions -- Standard Webhooks writes both in base64.
		$key       = (string) base64_decode( (string) preg_replace( '/^whsec_/', '', $this->secret ) );
		$signature = base64_encode( hash_hmac( 'sha256', "$id.$timestamp.$body", $key, true ) );
		// phpcs:enable
		return [
			'webhook-id'        => $id,
			'webhook-timestamp' => (string) $timestamp,
			'webhook-signature' => "v1,$signature",
		];
	}
}
