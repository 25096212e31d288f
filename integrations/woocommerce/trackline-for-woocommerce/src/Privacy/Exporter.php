<?php
/**
 * WordPress's "Export Personal Data".
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Privacy;

use Trackline\WooCommerce\Api\Answer;
use Trackline\WooCommerce\Api\Client;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * What Trackline holds of a person. An account may be a household's: which Telegram account is whose stays out of it.
 */
final class Exporter {

	/** Where we stand in WordPress's list. */
	public function register(): void {
		add_filter( 'wp_privacy_personal_data_exporters', [ $this, 'add' ] );
	}

	/**
	 * Adds ours.
	 *
	 * @param array<string, array<string, mixed>> $exporters WordPress's list.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	public function add( array $exporters ): array {
		$exporters['trackline'] = [
			'exporter_friendly_name' => __( 'Order news in Telegram (Trackline)', 'trackline-for-woocommerce' ),
			'callback'               => [ $this, 'export' ],
		];
		return $exporters;
	}

	/**
	 * Exports a person's account and guest orders.
	 *
	 * @param string $email The person's address.
	 * @param int    $page  From 1.
	 *
	 * @return array{data: list<array<string, mixed>>, done: bool}
	 */
	public function export( string $email, int $page = 1 ): array {
		$settings = Settings::current();
		$items    = [];
		$orders   = [];
		if ( $settings->can_ask() ) {
			$client = new Client( $settings );
			$user   = get_user_by( 'email', $email );
			if ( $user && 1 === $page ) {
				$items = self::of_account( $user->ID, $client->call( 'GET', Erasure::account_path( $user->ID ) . '/export', null, 10 ) );
			}
			$orders = GuestOrders::of( $email, $page );
			foreach ( $orders as $order ) {
				if ( ! $order->get_customer_id() ) {
					$answer = $client->call( 'GET', Erasure::order_path( $order->get_id() ) . '/tracking', null, 10 );
					$items  = [ ...$items, ...self::of_order( (string) $order->get_id(), $answer ) ];
				}
			}
		}
		return [
			'data' => $items,
			'done' => count( $orders ) < GuestOrders::PAGE,
		];
	}

	/**
	 * An account: its chats, orders and what they said of them.
	 *
	 * @param int    $user_id The account.
	 * @param Answer $answer  Trackline's.
	 *
	 * @return list<array<string, mixed>>
	 */
	private static function of_account( int $user_id, Answer $answer ): array {
		if ( 200 !== $answer->status ) {
			return self::failed( "customer-$user_id", $answer );
		}
		$held  = $answer->json();
		$items = [];
		foreach ( (array) ( $held['chats'] ?? [] ) as $chat ) {
			$items[] = self::item(
				'chat-' . ( $chat['link_id'] ?? '' ),
				[
					__( 'A chat in Telegram that follows the account, since', 'trackline-for-woocommerce' ) => $chat['linked_at'] ?? '',
					__( 'Language', 'trackline-for-woocommerce' ) => $chat['language'] ?? '',
				]
			);
		}
		foreach ( (array) ( $held['orders'] ?? [] ) as $order ) {
			$items[] = self::order( $order );
		}
		foreach ( (array) ( $held['feedback'] ?? [] ) as $opinion ) {
			$items[] = self::item(
				'feedback-' . ( $opinion['feedback_id'] ?? '' ),
				[
					__( 'Order', 'trackline-for-woocommerce' )    => $opinion['order_id'] ?? '',
					__( 'Feedback', 'trackline-for-woocommerce' ) => trim( ( $opinion['rating'] ?? '' ) . ' ' . ( $opinion['comment'] ?? '' ) ),
				]
			);
		}
		return $items;
	}

	/**
	 * An order of a guest; nothing when Trackline does not know it.
	 *
	 * @param string $order_id The order.
	 * @param Answer $answer   Trackline's.
	 *
	 * @return list<array<string, mixed>>
	 */
	private static function of_order( string $order_id, Answer $answer ): array {
		if ( 404 === $answer->status && $answer->is_problem() ) {
			return [];
		}
		return 200 === $answer->status ? [ self::order( $answer->json() ) ] : self::failed( "order-$order_id", $answer );
	}

	/**
	 * An order's timeline.
	 *
	 * @param array<string, mixed> $order As Trackline describes it.
	 *
	 * @return array<string, mixed>
	 */
	private static function order( array $order ): array {
		$steps = array_map(
			static fn( $step ): string => trim( ( $step['timestamp'] ?? '' ) . ' ' . ( $step['status'] ?? '' ) . ' ' . ( $step['note'] ?? '' ) ),
			(array) ( $order['tracking_info'] ?? [] )
		);
		return self::item(
			'order-' . ( $order['order_id'] ?? '' ),
			[
				__( 'Order', 'trackline-for-woocommerce' ) => $order['order_number'] ?? '',
				__( 'Timeline', 'trackline-for-woocommerce' ) => implode( '; ', $steps ),
			]
		);
	}

	/**
	 * Says that Trackline could not be asked, so that nobody takes the export for whole.
	 *
	 * @param string $id     What was asked for.
	 * @param Answer $answer What came.
	 *
	 * @return list<array<string, mixed>>
	 */
	private static function failed( string $id, Answer $answer ): array {
		return [ self::item( $id, [ __( 'Could not be asked for. Export once more later', 'trackline-for-woocommerce' ) => $answer->in_short() ] ) ];
	}

	/**
	 * As WordPress takes it.
	 *
	 * @param string                $id     Of its own.
	 * @param array<string, string> $values By name.
	 *
	 * @return array<string, mixed>
	 */
	private static function item( string $id, array $values ): array {
		$data = [];
		foreach ( $values as $name => $value ) {
			$data[] = [
				'name'  => $name,
				'value' => esc_html( (string) $value ),
			];
		}
		return [
			'group_id'    => 'trackline',
			'group_label' => __( 'Order news in Telegram (Trackline)', 'trackline-for-woocommerce' ),
			'item_id'     => $id,
			'data'        => $data,
		];
	}
}
