<?php
/**
 * Erases at Trackline what the shop has erased.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Privacy;

use Trackline\WooCommerce\Follow\OrderLinks;
use Trackline\WooCommerce\Outbox\Outbox;
use Trackline\WooCommerce\Quietly;
use Trackline\WooCommerce\Schedule;
use Trackline\WooCommerce\Settings;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * An account that is deleted, an order that is deleted for good, and one from which WooCommerce takes the personal data.
 * It goes through the outbox, as events do.
 */
final class Erasure {

	/**
	 * Needs what remembers it until it is done.
	 *
	 * @param Outbox     $outbox   Remembers it.
	 * @param Schedule   $schedule Has it done.
	 * @param OrderLinks $links    The orders' links.
	 */
	public function __construct(
		private readonly Outbox $outbox,
		private readonly Schedule $schedule,
		private readonly OrderLinks $links,
	) {
	}

	/** What we listen to. */
	public function register(): void {
		add_action( 'deleted_user', [ $this, 'see_account_deleted' ] );
		add_action( 'woocommerce_before_delete_order', [ $this, 'see_order_deleted' ], 10, 2 );
		add_action( 'woocommerce_privacy_remove_order_personal_data', [ $this, 'see_order_anonymised' ] );
	}

	/**
	 * An account is no more.
	 *
	 * @param mixed $user_id The account.
	 */
	public function see_account_deleted( mixed $user_id ): void {
		Quietly::run(
			'Erasing an account',
			function () use ( $user_id ): void {
				if ( Settings::current()->can_tell() ) {
					$this->erase_account( (int) $user_id, false );
					$this->schedule->send_what_waits();
				}
			}
		);
	}

	/**
	 * An order is deleted for good.
	 *
	 * @param mixed $order_id The order's id.
	 * @param mixed $order    The order.
	 */
	public function see_order_deleted( mixed $order_id, mixed $order ): void {
		$this->see_order_anonymised( $order );
	}

	/**
	 * WooCommerce takes the personal data from an order.
	 *
	 * @param mixed $order The order.
	 */
	public function see_order_anonymised( mixed $order ): void {
		Quietly::run(
			'Erasing an order',
			function () use ( $order ): void {
				if ( $order instanceof WC_Order && null !== $this->outbox->last( 'order:' . $order->get_id() ) ) {
					$this->erase_order( $order->get_id(), false );
					$this->schedule->send_what_waits();
				}
			}
		);
	}

	/**
	 * Remembers that an account is to be erased, or was.
	 *
	 * @param int  $user_id The account.
	 * @param bool $is_done Whether Trackline has done it already.
	 */
	public function erase_account( int $user_id, bool $is_done ): void {
		array_map( [ $this->links, 'forget' ], $this->outbox->erase_customer( $user_id ) );
		$this->outbox->add_erasure( "customer:$user_id", self::account_path( $user_id ), $is_done );
	}

	/**
	 * Remembers that an order is to be erased, or was.
	 *
	 * @param int  $order_id The order.
	 * @param bool $is_done  Whether Trackline has done it already.
	 */
	public function erase_order( int $order_id, bool $is_done ): void {
		$this->links->forget( $order_id );
		$this->outbox->add_erasure( "order:$order_id", self::order_path( $order_id ), $is_done );
	}

	/**
	 * Where Trackline holds an account.
	 *
	 * @param int $user_id The account.
	 */
	public static function account_path( int $user_id ): string {
		return "/api/v1/customers/$user_id";
	}

	/**
	 * Where Trackline holds an order.
	 *
	 * @param int $order_id The order.
	 */
	public static function order_path( int $order_id ): string {
		return "/api/v1/orders/$order_id";
	}
}
