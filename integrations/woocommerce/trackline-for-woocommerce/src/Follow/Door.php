<?php
/**
 * The shop's own addresses behind the button and the QR code of an order.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use Trackline\WooCommerce\Quietly;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * A page and a mail only name these, so that neither ever waits for Trackline, nor goes without a button because it was
 * away, nor holds one that has expired. Who comes through the door is sent to Telegram.
 *
 * The address has a token that only the shop can make, and that lets its bearer do nothing else than follow.
 */
final class Door {

	private const FOLLOW  = 'trackline_follow';
	private const PICTURE = 'trackline_qr';

	/** Seconds for which whoever has pressed the button waits at most. */
	private const PATIENCE = 6;

	/** A PNG of one pixel that cannot be seen. */
	private const NOTHING = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

	/**
	 * Needs what is behind it.
	 *
	 * @param OrderLinks $links The links.
	 */
	public function __construct( private readonly OrderLinks $links ) {
	}

	/** What we answer. */
	public function register(): void {
		add_action( 'woocommerce_api_' . self::FOLLOW, [ $this, 'lead_to_telegram' ] );
		add_action( 'woocommerce_api_' . self::PICTURE, [ $this, 'show_picture' ] );
	}

	/**
	 * The address of the button.
	 *
	 * @param WC_Order $order The order.
	 */
	public function url( WC_Order $order ): string {
		return self::address( self::FOLLOW, $order );
	}

	/**
	 * The address of the QR code.
	 *
	 * @param WC_Order $order The order.
	 */
	public function picture_url( WC_Order $order ): string {
		return self::address( self::PICTURE, $order );
	}

	/** Somebody has pressed the button. */
	public function lead_to_telegram(): void {
		$order = $this->order_asked_for();
		nocache_headers();
		header( 'Referrer-Policy: no-referrer' );
		header( 'X-Robots-Tag: noindex, nofollow' );
		if ( null === $order ) {
			wp_die( esc_html__( 'This link is not whole. Please open it once more from the page or the mail in which you found it.', 'trackline-for-woocommerce' ), '', [ 'response' => 404 ] );
		}
		try {
			$link = $this->links->of( $order, self::PATIENCE );
		} catch ( NoLink $why ) {
			Quietly::log( 'No link: ' . $why->getMessage() );
			wp_die(
				esc_html__( 'Telegram cannot be reached from here just now. Please try again in a few minutes.', 'trackline-for-woocommerce' ),
				'',
				[
					'response'  => 503,
					'back_link' => true,
				]
			);
		}
		wp_redirect( $link->url ); // phpcs:ignore WordPress.Security.SafeRedirect -- it leads to Telegram, by Trackline's word.
		exit;
	}

	/** A page or a mail shows the QR code. One that is not to be had is not seen, and does not look broken. */
	public function show_picture(): void {
		$order = $this->order_asked_for();
		$png   = '';
		try {
			$png = null === $order ? '' : $this->links->of( $order, self::PATIENCE )->qr;
		} catch ( NoLink $why ) {
			Quietly::log( 'No QR code: ' . $why->getMessage() );
		}
		header( 'Content-Type: image/png' );
		header( 'X-Robots-Tag: noindex' );
		header( 'Cache-Control: ' . ( '' === $png ? 'no-store' : 'private, max-age=86400' ) );
		echo base64_decode( '' === $png ? self::NOTHING : $png ); // phpcs:ignore -- a picture, and not HTML.
		exit;
	}

	/** The order whose token is right, or null. */
	private function order_asked_for(): ?WC_Order {
		// phpcs:disable WordPress.Security.NonceVerification -- the token is the proof, as the button stands in mails, too.
		$order_id = absint( $_GET['order'] ?? 0 );
		$token    = sanitize_text_field( wp_unslash( $_GET['token'] ?? '' ) );
		// phpcs:enable
		$order = $order_id ? wc_get_order( $order_id ) : null;
		return $order instanceof WC_Order && hash_equals( self::token( $order ), $token ) ? $order : null;
	}

	/**
	 * An address of ours.
	 *
	 * @param string   $name  Which.
	 * @param WC_Order $order The order.
	 */
	private static function address( string $name, WC_Order $order ): string {
		return add_query_arg(
			[
				'order' => $order->get_id(),
				'token' => self::token( $order ),
			],
			WC()->api_request_url( $name )
		);
	}

	/**
	 * Made of the order's key, which says more than this may: with the key itself the order can be seen and paid.
	 *
	 * @param WC_Order $order The order.
	 */
	private static function token( WC_Order $order ): string {
		return substr( hash_hmac( 'sha256', 'trackline-follow-' . $order->get_id(), $order->get_order_key() ), 0, 32 );
	}
}
