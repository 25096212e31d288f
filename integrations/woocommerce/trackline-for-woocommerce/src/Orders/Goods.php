<?php
/**
 * What is in an order, as Trackline takes it.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

use WC_Order;
use WC_Order_Item_Product;

defined( 'ABSPATH' ) || exit;

/**
 * Names, quantities and pictures. No prices.
 */
final class Goods {

	private const MOST = 200;

	/**
	 * All of an order's; none where one has no name, as the others would be taken for all.
	 *
	 * @param WC_Order $order The order.
	 *
	 * @return list<array{name: string, quantity: int, image_url?: string}>
	 */
	public static function of( WC_Order $order ): array {
		$found = [];
		foreach ( $order->get_items() as $item ) {
			$name     = mb_substr( trim( wp_strip_all_tags( (string) $item->get_name() ) ), 0, 500 );
			$quantity = (int) $item->get_quantity();
			if ( '' === $name ) {
				return [];
			}
			if ( $quantity > 0 ) {
				$found[] = [
					'name'     => $name,
					'quantity' => $quantity,
				] + self::picture( $item );
			}
		}
		return count( $found ) <= self::MOST ? $found : [];
	}

	/**
	 * Its picture, where that has an https address.
	 *
	 * @param mixed $item A line of the order.
	 *
	 * @return array{image_url?: string}
	 */
	private static function picture( mixed $item ): array {
		$product = $item instanceof WC_Order_Item_Product ? $item->get_product() : null;
		$image   = $product ? (int) $product->get_image_id() : 0;
		$url     = $image ? (string) wp_get_attachment_image_url( $image, 'woocommerce_thumbnail' ) : '';
		return str_starts_with( $url, 'https://' ) && strlen( $url ) <= 1000 ? [ 'image_url' => $url ] : [];
	}
}
