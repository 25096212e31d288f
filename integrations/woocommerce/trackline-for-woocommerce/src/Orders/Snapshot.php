<?php
/**
 * What an order says at one moment, as far as Trackline is told of it.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

use Trackline\WooCommerce\Settings;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Of people, names and addresses are not read, and no prices or notes.
 */
final class Snapshot {

	/**
	 * See `of`.
	 *
	 * @param string                                                                              $order_id    WooCommerce's id.
	 * @param string                                                                              $customer_id The account's user id; '' for a guest.
	 * @param string                                                                              $number      What the customer calls the order.
	 * @param int                                                                                 $items       How many things.
	 * @param list<array{name: string, quantity: int, image_url?: string}>                        $goods       What they are; empty where one has no name.
	 * @param array{email?: string, phone?: string}                                               $contact     Of the bill.
	 * @param string|null                                                                         $status      Trackline's word; null while they may still be paying.
	 * @param array<string, array{tracking_number: string, name?: string, tracking_url?: string}> $parcels     By number.
	 * @param int                                                                                 $created_at  A Unix time.
	 * @param int                                                                                 $status_at   Since when it is in its state, a Unix time.
	 * @param string                                                                              $payment_url Where it is paid; '' if it is, or nowhere.
	 */
	public function __construct(
		public readonly string $order_id,
		public readonly string $customer_id,
		public readonly string $number,
		public readonly int $items,
		public readonly array $goods,
		public readonly array $contact,
		public readonly ?string $status,
		public readonly array $parcels,
		public readonly int $created_at,
		public readonly int $status_at,
		public readonly string $payment_url,
	) {
	}

	/**
	 * Takes one.
	 *
	 * @param WC_Order $order    The order.
	 * @param Settings $settings The shop's.
	 * @param int      $since    Since when it is as it is, a Unix time.
	 */
	public static function of( WC_Order $order, Settings $settings, int $since ): self {
		$now       = time();
		$created   = $order->get_date_created();
		$completed = 'completed' === $order->get_status() ? $order->get_date_completed() : null;
		$paying    = States::paying_until( $order, $since );
		$items     = array_sum( array_map( static fn( $item ): int => (int) $item->get_quantity(), $order->get_items() ) );
		return new self(
			(string) $order->get_id(),
			$order->get_customer_id() ? (string) $order->get_customer_id() : '',
			mb_substr( trim( $order->get_order_number() ), 0, 64 ),
			(int) max( 0, min( $items, 1_000_000 ) ),
			Goods::of( $order ),
			array_filter(
				[
					'email' => trim( (string) $order->get_billing_email() ),
					'phone' => trim( (string) $order->get_billing_phone() ),
				]
			),
			null !== $paying && $now < $paying ? null : States::of( $order, $settings->completed_is_delivered ),
			TrackingNumbers::of( $order ),
			min( $created ? $created->getTimestamp() : $now, $now ),
			min( $completed ? $completed->getTimestamp() : $since, $now ),
			self::payment_url( $order ),
		);
	}

	/**
	 * The shop's page on which the order is paid, if it can be. Trackline takes no address but an https one.
	 *
	 * @param WC_Order $order The order.
	 */
	private static function payment_url( WC_Order $order ): string {
		$url = $order->needs_payment() ? $order->get_checkout_payment_url() : '';
		return 'https' === wp_parse_url( $url, PHP_URL_SCHEME ) && strlen( $url ) <= 1000 ? $url : '';
	}

	/**
	 * What is kept of it, to compare with later. Of the contact and the goods there are fingerprints only.
	 *
	 * @return array<string, mixed>
	 */
	public function kept(): array {
		return [
			'customer' => $this->customer_id,
			'number'   => $this->number,
			'items'    => $this->items,
			'goods'    => self::fingerprint( $this->goods ),
			'contact'  => self::fingerprint( $this->contact ),
			'status'   => $this->status,
			'parcels'  => $this->parcels,
		];
	}

	/**
	 * Enough to see that it has changed; '' for nothing.
	 *
	 * @param array<mixed> $value What nobody shall read here.
	 */
	private static function fingerprint( array $value ): string {
		return [] === $value ? '' : wp_hash( (string) wp_json_encode( $value ) );
	}
}
