<?php
/**
 * The orders that a person has placed without an account.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Privacy;

use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * WordPress asks for personal data by e-mail address, page by page.
 */
final class GuestOrders {

	public const PAGE = 10;

	/**
	 * A page of the orders that have an address, those of accounts among them. It is the last when it is not full.
	 *
	 * @param string $email The person's address.
	 * @param int    $page  From 1.
	 *
	 * @return list<WC_Order>
	 */
	public static function of( string $email, int $page ): array {
		$orders = wc_get_orders(
			[
				'type'          => 'shop_order',
				'billing_email' => $email,
				'orderby'       => 'ID',
				'order'         => 'ASC',
				'limit'         => self::PAGE,
				'page'          => $page,
			]
		);
		return array_values( array_filter( (array) $orders, static fn( $order ): bool => $order instanceof WC_Order ) );
	}
}
