<?php
/**
 * Notices what becomes of orders, and writes it down.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

use Trackline\WooCommerce\Outbox\Outbox;
use Trackline\WooCommerce\Quietly;
use Trackline\WooCommerce\Schedule;
use Trackline\WooCommerce\Settings;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * In the request in which it happens. Whatever the occasion, the order is compared with what was told of it last:
 * so it does not matter how often we look, nor what has made us look.
 */
final class Watch {

	private const TRIES = 5;

	/**
	 * Orders whose tracking numbers were written past `WC_Order::save`.
	 *
	 * @var array<int, true>
	 */
	private array $marked = [];

	/**
	 * Needs the outbox, and somebody who empties it.
	 *
	 * @param Outbox   $outbox   Where it is written.
	 * @param Schedule $schedule Who has it sent.
	 */
	public function __construct( private readonly Outbox $outbox, private readonly Schedule $schedule ) {
	}

	/** What we listen to. */
	public function register(): void {
		add_action( 'woocommerce_after_order_object_save', [ $this, 'see_saved' ] );
		foreach ( [ 'added', 'updated', 'deleted' ] as $done ) {
			add_action( "{$done}_order_meta", [ $this, 'see_meta' ], 10, 3 );
			add_action( "{$done}_post_meta", [ $this, 'see_meta' ], 10, 3 );
		}
		add_action( 'shutdown', [ $this, 'look_at_marked' ], 5 );
		add_action( Schedule::LOOK_AGAIN, [ $this, 'look_again' ] );
	}

	/**
	 * WooCommerce has saved an order, its items included.
	 *
	 * @param mixed $order The order, or something like one.
	 */
	public function see_saved( mixed $order ): void {
		if ( $order instanceof WC_Order ) {
			Quietly::run( 'Noticing an order', fn() => $this->look( $order, time() ) );
		}
	}

	/**
	 * A plugin of shipping has written a number, perhaps without saving the order.
	 *
	 * @param mixed $meta_id  Not used.
	 * @param mixed $order_id Whose it is.
	 * @param mixed $name     What was written.
	 */
	public function see_meta( mixed $meta_id, mixed $order_id, mixed $name ): void {
		if ( is_string( $name ) && TrackingNumbers::is_kept_in( $name ) ) {
			$this->marked[ (int) $order_id ] = true;
		}
	}

	/** At the end of the request, when caches hold what was written. */
	public function look_at_marked(): void {
		$marked       = array_keys( $this->marked );
		$this->marked = [];
		foreach ( $marked as $order_id ) {
			Quietly::run(
				'Noticing a tracking number',
				function () use ( $order_id ): void {
					$order = wc_get_order( $order_id );
					if ( $order instanceof WC_Order ) {
						$this->look( $order, time() );
					}
				}
			);
		}
	}

	/**
	 * A quarter of an hour after an order was saved unpaid.
	 *
	 * @param mixed $order_id The order.
	 */
	public function look_again( mixed $order_id ): void {
		$order = wc_get_order( (int) $order_id );
		if ( $order instanceof WC_Order ) {
			$changed = $order->get_date_modified();
			$this->look( $order, $changed ? $changed->getTimestamp() : time() );
		}
	}

	/**
	 * Writes down what is new, if something is.
	 *
	 * @param WC_Order $order The order.
	 * @param int      $since Since when it is as it is, a Unix time.
	 */
	public function look( WC_Order $order, int $since ): void {
		$settings = Settings::current();
		if ( ! $settings->can_tell() || ! States::is_placed( $order ) ) {
			return;
		}
		$now = Snapshot::of( $order, $settings, $since );
		if ( $this->write_down( $now ) ) {
			$this->schedule->send_what_waits();
		}
		$paying_until = States::paying_until( $order, $since );
		if ( null === $now->status && null !== $paying_until ) {
			$this->schedule->look_again( $order->get_id(), $paying_until + 1 );
		}
	}

	/**
	 * Whether there was something to write. Who was too late looks again: at most so often, as within a transaction that
	 * began before, it would see the same each time. Then the sweep finds it.
	 *
	 * @param Snapshot $now What the order says.
	 */
	private function write_down( Snapshot $now ): bool {
		$about = 'order:' . $now->order_id;
		for ( $tries = 0; $tries < self::TRIES; $tries++ ) {
			$last   = $this->outbox->last( $about );
			$told   = $last['says'] ?? null;
			$events = isset( $told['erased'] ) ? [] : Changes::between( $told, $now );
			if ( [] === $events ) {
				return false;
			}
			if ( $this->outbox->add_events( $about, $last['seq'] ?? 0, (int) $now->customer_id, $events, Changes::kept( $told, $now ) ) ) {
				return true;
			}
		}
		return false;
	}
}
