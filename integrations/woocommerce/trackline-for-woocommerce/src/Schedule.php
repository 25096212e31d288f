<?php
/**
 * What runs outside of the customers' requests, and when.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

use Trackline\WooCommerce\Outbox\Outbox;
use Trackline\WooCommerce\Outbox\Pause;

defined( 'ABSPATH' ) || exit;

/**
 * Sending is an action of Action Scheduler. The hourly sweep is WordPress's own, which keeps it whatever fails:
 * so what a crash loses of the first is found by the second.
 */
final class Schedule {

	public const GROUP      = 'trackline';
	public const SEND       = 'trackline_send';
	public const LOOK_AGAIN = 'trackline_look_again';
	public const SWEEP      = 'trackline_sweep';

	/**
	 * Needs to know when something is due.
	 *
	 * @param Outbox $outbox What is to be sent.
	 */
	public function __construct( private readonly Outbox $outbox ) {
	}

	/** Sees to it that the sweep is due. */
	public function register(): void {
		add_action( 'init', [ self::class, 'sweep_hourly' ] );
	}

	/** WordPress has its list in memory: to look costs nothing. */
	public static function sweep_hourly(): void {
		if ( ! wp_next_scheduled( self::SWEEP ) ) {
			wp_schedule_event( time() + HOUR_IN_SECONDS, 'hourly', self::SWEEP );
		}
	}

	/** Has what waits sent when it is due, unless that is arranged already. */
	public function send_what_waits(): void {
		$next = $this->outbox->next();
		if ( null === $next || ! function_exists( 'as_schedule_single_action' ) ) {
			return;
		}
		$at = max( $next->due_at, Pause::current()->until );
		if ( ! $this->is_sent_by( $at ) ) {
			if ( $at <= time() ) {
				as_enqueue_async_action( self::SEND, [], self::GROUP );
			} else {
				as_schedule_single_action( $at, self::SEND, [], self::GROUP );
			}
		}
	}

	/**
	 * Has an order looked at once more.
	 *
	 * @param int $order_id The order.
	 * @param int $at       When, as a Unix time.
	 */
	public function look_again( int $order_id, int $at ): void {
		if ( function_exists( 'as_schedule_single_action' ) && ! as_has_scheduled_action( self::LOOK_AGAIN, [ $order_id ], self::GROUP ) ) {
			as_schedule_single_action( $at, self::LOOK_AGAIN, [ $order_id ], self::GROUP );
		}
	}

	/** Takes all of it away. */
	public static function clear(): void {
		wp_clear_scheduled_hook( self::SWEEP );
		if ( function_exists( 'as_unschedule_all_actions' ) ) {
			as_unschedule_all_actions( '', [], self::GROUP );
		}
	}

	/**
	 * Whether a sending is scheduled early enough. One that runs already does not count: it may not see what was just written.
	 *
	 * @param int $at A Unix time.
	 */
	private function is_sent_by( int $at ): bool {
		$query = [
			'hook'         => self::SEND,
			'group'        => self::GROUP,
			'status'       => \ActionScheduler_Store::STATUS_PENDING,
			'date'         => gmdate( 'Y-m-d H:i:s', max( $at, time() ) ),
			'date_compare' => '<=',
			'per_page'     => 1,
		];
		return [] !== as_get_scheduled_actions( $query, 'ids' );
	}
}
