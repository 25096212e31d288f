<?php
/**
 * WooCommerce's states, and what Trackline calls them.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Those that are missing are called as Trackline calls them, or are the shop's own and shown as they are.
 */
final class States {

	/** Says where the shop keeps an order, and nothing to its customer. */
	private const HOUSEKEEPING = [ 'trash', 'draft', 'auto-draft', 'checkout-draft', 'new' ];

	private const UNPAID = [ 'pending', 'failed' ];

	/** So many seconds the customer may still be at it. */
	public const PAYING = 15 * MINUTE_IN_SECONDS;

	/** Ways of shipping by which the customer comes to the shop. */
	private const PICKUP = [ 'local_pickup', 'pickup_location' ];

	private const WORDS = [
		'pending'           => 'payment_due',
		'failed'            => 'payment_due',
		'on-hold'           => 'on_hold',
		'completed'         => 'shipped',
		// Advanced Shipment Tracking and its kin.
		'partial-shipped'   => 'shipped',
		'partially-shipped' => 'shipped',
		'updated-tracking'  => 'shipped',
		'ready-pickup'      => 'ready_for_pickup',
		'pickup'            => 'delivered',
		// Colissimo.
		'lpc_ready_to_ship' => 'packed',
		'lpc_partial_exp'   => 'shipped',
		'lpc_transit'       => 'in_transit',
		'lpc_delivered'     => 'delivered',
		'lpc_anomaly'       => 'problem',
		// Deposits, pre-orders, drivers, order managers.
		'partially-paid'    => 'payment_due',
		'pre-ordered'       => 'confirmed',
		'backordered'       => 'delayed',
		'awaiting-shipment' => 'processing',
		'awaiting-pickup'   => 'ready_for_pickup',
		'driver-assigned'   => 'processing',
		'order-returned'    => 'returned',
	];

	/**
	 * Whether it is an order that its customer knows of.
	 *
	 * @param WC_Order $order The order.
	 */
	public static function is_placed( WC_Order $order ): bool {
		return 'shop_order' === $order->get_type() && ! in_array( $order->get_status(), self::HOUSEKEEPING, true );
	}

	/**
	 * Until when the customer may still be paying, as a Unix time; null when there is nothing to pay.
	 *
	 * @param WC_Order $order The order.
	 * @param int      $since Since when it is in its state.
	 */
	public static function paying_until( WC_Order $order, int $since ): ?int {
		return in_array( $order->get_status(), self::UNPAID, true ) ? $since + self::PAYING : null;
	}

	/**
	 * What Trackline calls the state that an order is in.
	 *
	 * @param WC_Order $order                  The order.
	 * @param bool     $completed_is_delivered Whether the shop completes an order when it has arrived.
	 */
	public static function of( WC_Order $order, bool $completed_is_delivered ): string {
		$state = $order->get_status();
		$word  = self::WORDS[ $state ] ?? $state;
		if ( 'completed' === $state && ( $completed_is_delivered || self::is_handed_over_by_the_shop( $order ) ) ) {
			$word = 'delivered';
		}
		/**
		 * What Trackline is told for a state, for states of a shop's own.
		 *
		 * @param string    $word  What we would say, like `shipped`.
		 * @param string    $state What WooCommerce says, without `wc-`, like `completed`.
		 * @param \WC_Order $order The order.
		 */
		return (string) apply_filters( 'trackline_order_status', $word, $state, $order );
	}

	/**
	 * Whether no carrier has it: it is fetched, or nothing of it is sent.
	 *
	 * @param WC_Order $order The order.
	 */
	private static function is_handed_over_by_the_shop( WC_Order $order ): bool {
		foreach ( $order->get_shipping_methods() as $method ) {
			return in_array( $method->get_method_id(), self::PICKUP, true );
		}
		foreach ( $order->get_items() as $item ) {
			$product = $item instanceof \WC_Order_Item_Product ? $item->get_product() : null;
			if ( ! $product instanceof \WC_Product || $product->needs_shipping() ) {
				return false;
			}
		}
		return [] !== $order->get_items();
	}
}
