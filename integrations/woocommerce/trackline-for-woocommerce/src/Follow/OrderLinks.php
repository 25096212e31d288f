<?php
/**
 * The links by which anybody who has one follows an order.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use Trackline\WooCommerce\Api\Client;
use Trackline\WooCommerce\Settings;
use Trackline\WooCommerce\Tables;
use WC_Order;

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.DB -- the table is ours and no cache knows it; each statement's text is a constant but for its name.

/**
 * Asked for once and kept until it expires. In a table and not with the order: to write there saves the order anew, and
 * tells every program that listens to the shop that it has changed.
 */
final class OrderLinks {

	/** A link that ends sooner is not handed out any more. */
	private const LEFT = DAY_IN_SECONDS;

	/**
	 * The link of an order, kept or new.
	 *
	 * @param WC_Order $order   The order.
	 * @param int      $timeout Seconds that Trackline has for an answer.
	 *
	 * @throws NoLink When there is none to be had now.
	 */
	public function of( WC_Order $order, int $timeout ): Link {
		$kept = $this->kept( $order->get_id() );
		if ( null !== $kept ) {
			return $kept;
		}
		$settings = Settings::current();
		if ( ! $settings->can_ask() ) {
			throw new NoLink( 'Trackline is not set up.' );
		}
		$wanted = [
			'order_id'     => (string) $order->get_id(),
			'account_hint' => Hint::of( (string) $order->get_billing_email() ),
			'qr'           => true,
		];
		$link   = Link::of( ( new Client( $settings ) )->call( 'POST', '/api/v1/links', array_filter( $wanted ), $timeout ) );
		$this->keep( $order->get_id(), $link );
		return $link;
	}

	/**
	 * Asks for it in advance, where nobody waits. If that fails, it is asked for when it is wanted.
	 *
	 * @param int $order_id The order.
	 */
	public function prepare( int $order_id ): void {
		$order = wc_get_order( $order_id );
		if ( $order instanceof WC_Order ) {
			try {
				$this->of( $order, 5 );
			} catch ( NoLink ) {
				return;
			}
		}
	}

	/**
	 * Forgets an order's link.
	 *
	 * @param int $order_id The order.
	 */
	public function forget( int $order_id ): void {
		global $wpdb;
		$wpdb->delete( Tables::links(), [ 'order_id' => $order_id ], [ '%d' ] );
	}

	/** Forgets all, when there is another Trackline to ask. */
	public function forget_all(): void {
		global $wpdb;
		$wpdb->query( 'DELETE FROM ' . Tables::links() );
	}

	/**
	 * What is kept, unless it ends soon.
	 *
	 * @param int $order_id The order.
	 */
	private function kept( int $order_id ): ?Link {
		global $wpdb;
		$table = Tables::links();
		$row   = $wpdb->get_row( $wpdb->prepare( "SELECT url, qr, expires_at FROM $table WHERE order_id = %d AND expires_at > %s", $order_id, gmdate( 'Y-m-d H:i:s', time() + self::LEFT ) ) );
		return null === $row ? null : new Link( $row->url, '', $row->qr, (int) strtotime( $row->expires_at . ' UTC' ) );
	}

	/**
	 * Keeps it.
	 *
	 * @param int  $order_id The order.
	 * @param Link $link     Its link.
	 */
	private function keep( int $order_id, Link $link ): void {
		global $wpdb;
		$wpdb->replace(
			Tables::links(),
			[
				'order_id'   => $order_id,
				'url'        => $link->url,
				'qr'         => $link->qr,
				'expires_at' => gmdate( 'Y-m-d H:i:s', $link->expires_at ),
			],
			[ '%d', '%s', '%s', '%s' ]
		);
	}
}
