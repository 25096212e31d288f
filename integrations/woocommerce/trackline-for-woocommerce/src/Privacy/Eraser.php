<?php
/**
 * WordPress's "Erase Personal Data".
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Privacy;

use Trackline\WooCommerce\Api\Client;
use Trackline\WooCommerce\Outbox\Verdict;
use Trackline\WooCommerce\Schedule;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * Erases at once, as WordPress reports what was done. What cannot be done at once is reported as retained, and done later.
 */
final class Eraser {

	/**
	 * Needs what remembers it.
	 *
	 * @param Erasure  $erasure  Remembers it.
	 * @param Schedule $schedule Has done later what fails.
	 */
	public function __construct( private readonly Erasure $erasure, private readonly Schedule $schedule ) {
	}

	/** Before WooCommerce's own, after which an order does not say any more whose it was. */
	public function register(): void {
		add_filter( 'wp_privacy_personal_data_erasers', [ $this, 'add' ], 5 );
	}

	/**
	 * Adds ours.
	 *
	 * @param array<string, array<string, mixed>> $erasers WordPress's list.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public function add( array $erasers ): array {
		$erasers['trackline'] = [
			'eraser_friendly_name' => __( 'Order news in Telegram (Trackline)', 'trackline-for-woocommerce' ),
			'callback'             => [ $this, 'erase' ],
		];
		return $erasers;
	}

	/**
	 * Erases a person's account and guest orders.
	 *
	 * @param string $email The person's address.
	 * @param int    $page  From 1.
	 *
	 * @return array{items_removed: bool, items_retained: bool, messages: list<string>, done: bool}
	 */
	public function erase( string $email, int $page = 1 ): array {
		$settings = Settings::current();
		$erased   = [];
		$orders   = [];
		if ( $settings->can_tell() || $settings->can_ask() ) {
			$user   = get_user_by( 'email', $email );
			$orders = GuestOrders::of( $email, $page );
			if ( $user && 1 === $page ) {
				$erased[] = $this->is_erased( $settings, Erasure::account_path( $user->ID ), fn( bool $is_done ) => $this->erasure->erase_account( $user->ID, $is_done ) );
			}
			foreach ( $orders as $order ) {
				if ( ! $order->get_customer_id() ) {
					$id       = $order->get_id();
					$erased[] = $this->is_erased( $settings, Erasure::order_path( $id ), fn( bool $is_done ) => $this->erasure->erase_order( $id, $is_done ) );
				}
			}
			$this->schedule->send_what_waits();
		}
		$is_left = in_array( false, $erased, true );
		return [
			'items_removed'  => in_array( true, $erased, true ),
			'items_retained' => $is_left,
			'messages'       => $is_left ? [ __( 'Trackline could not be asked just now. The data is erased there as soon as it can be; WooCommerce → Settings → Integration → Trackline tells whether something waits.', 'trackline-for-woocommerce' ) ] : [],
			'done'           => count( $orders ) < GuestOrders::PAGE,
		];
	}

	/**
	 * Whether it is erased; remembers either.
	 *
	 * @param Settings $settings The shop's.
	 * @param string   $path     What.
	 * @param callable $remember Takes whether it is done.
	 */
	private function is_erased( Settings $settings, string $path, callable $remember ): bool {
		$answer  = ( new Client( $settings ) )->call( 'DELETE', $path, null, 10 );
		$is_done = Verdict::Arrived === Verdict::of_erasure( $answer );
		$remember( $is_done );
		return $is_done;
	}
}
