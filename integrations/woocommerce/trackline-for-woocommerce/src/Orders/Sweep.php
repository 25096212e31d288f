<?php
/**
 * Finds what nobody has noticed.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

use Trackline\WooCommerce\Quietly;
use Trackline\WooCommerce\Schedule;
use Trackline\WooCommerce\Settings;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Once an hour: orders that were changed since, in case that a process has died between an order's change and our note
 * of it, or that a program has changed orders past WooCommerce's own functions.
 */
final class Sweep {

	public const OPTION = 'trackline_swept_until';

	/** Seconds that two sweeps have in common. */
	private const OVERLAP = 15 * MINUTE_IN_SECONDS;

	private const PAGE = 100;

	/**
	 * Needs somebody who looks, and somebody who sends.
	 *
	 * @param Watch    $watch    Looks at an order.
	 * @param Schedule $schedule Has it sent.
	 */
	public function __construct( private readonly Watch $watch, private readonly Schedule $schedule ) {
	}

	/** When we are called. */
	public function register(): void {
		add_action( Schedule::SWEEP, [ $this, 'sweep' ] );
	}

	/** Looks at what was changed since the last time; the first time at nothing, as it is history. */
	public function sweep(): void {
		if ( ! Settings::current()->can_tell() ) {
			return;
		}
		$begun = time();
		$since = (int) get_option( self::OPTION, $begun ) - self::OVERLAP;
		foreach ( $this->changed( $since ) as $order ) {
			$changed = $order->get_date_modified();
			Quietly::run( 'Noticing an order', fn() => $this->watch->look( $order, $changed ? $changed->getTimestamp() : $begun ) );
		}
		update_option( self::OPTION, $begun, false );
		$this->schedule->send_what_waits();
	}

	/**
	 * The orders that were changed.
	 *
	 * @param int $since A Unix time.
	 *
	 * @return iterable<WC_Order>
	 */
	private function changed( int $since ): iterable {
		$page = 1;
		do {
			$orders = wc_get_orders(
				[
					'type'          => 'shop_order',
					'date_modified' => '>=' . $since,
					'orderby'       => 'ID',
					'order'         => 'ASC',
					'limit'         => self::PAGE,
					'page'          => $page++,
				]
			);
			foreach ( $orders as $order ) {
				if ( $order instanceof WC_Order ) {
					yield $order;
				}
			}
			$is_last = count( $orders ) < self::PAGE;
		} while ( ! $is_last );
	}
}
