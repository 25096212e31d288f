<?php
/**
 * Tracking numbers, as the plugins of shipping keep them with an order.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * Each number once, whichever of the plugins keep it.
 */
final class TrackingNumbers {

	/** Lists of parcels: the Shipment Tracking family (WooCommerce's, Advanced Shipment Tracking …), and AfterShip's. */
	private const LISTS = [ '_wc_shipment_tracking_items', '_aftership_tracking_items' ];

	/** Where others keep one, or several with commas between them, and where the carrier stands. */
	private const SINGLES = [
		'_tracking_number'           => [ '_custom_tracking_provider', '_tracking_provider' ],
		'_aftership_tracking_number' => [ '_aftership_tracking_provider_name' ],
		'ywot_tracking_code'         => [ 'ywot_carrier_name', 'ywot_carrier_id' ],
		'_correios_tracking_code'    => [],
	];

	/**
	 * Whether a number may stand there.
	 *
	 * @param string $name A meta key.
	 */
	public static function is_kept_in( string $name ): bool {
		return in_array( $name, self::LISTS, true ) || isset( self::SINGLES[ $name ] );
	}

	/**
	 * Those of an order.
	 *
	 * @param WC_Order $order The order.
	 *
	 * @return array<string, array{tracking_number: string, name?: string, tracking_url?: string}> By the number without spaces and dashes.
	 */
	public static function of( WC_Order $order ): array {
		$found = [];
		foreach ( self::LISTS as $name ) {
			foreach ( (array) $order->get_meta( $name ) as $parcel ) {
				$found[] = is_array( $parcel ) ? self::carrier(
					$parcel['tracking_number'] ?? '',
					[ $parcel['custom_tracking_provider'] ?? '', $parcel['tracking_provider'] ?? '', $parcel['slug'] ?? '' ],
					$parcel['custom_tracking_link'] ?? '',
				) : null;
			}
		}
		foreach ( self::SINGLES as $name => $places ) {
			$kept    = $order->get_meta( $name );
			$numbers = is_array( $kept ) ? $kept : explode( ',', self::text( $kept ) );
			$names   = array_map( static fn( string $place ): mixed => $order->get_meta( $place ), $places );
			$url     = '_tracking_number' === $name ? $order->get_meta( '_custom_tracking_link' ) : '';
			foreach ( $numbers as $number ) {
				$found[] = self::carrier( $number, $names, $url );
			}
		}
		$parcels = [];
		foreach ( array_filter( $found ) as $carrier ) {
			$parcels += [ self::key( $carrier['tracking_number'] ) => $carrier ];
		}
		return $parcels;
	}

	/**
	 * A parcel's carrier as Trackline takes it, or null where there is no number.
	 *
	 * @param mixed             $number The tracking number.
	 * @param array<int, mixed> $names  Where its name may stand, the best first.
	 * @param mixed             $url    A page of its own.
	 *
	 * @return array{tracking_number: string, name?: string, tracking_url?: string}|null
	 */
	private static function carrier( mixed $number, array $names, mixed $url ): ?array {
		$number = self::text( $number );
		if ( '' === $number || mb_strlen( $number ) > 64 ) {
			return null;
		}
		$carrier = [ 'tracking_number' => $number ];
		$names   = array_filter( array_map( [ self::class, 'text' ], $names ) );
		if ( [] !== $names ) {
			$carrier['name'] = mb_substr( reset( $names ), 0, 64 );
		}
		$url = self::text( $url );
		if ( wp_http_validate_url( $url ) && strlen( $url ) <= 1000 ) {
			$carrier['tracking_url'] = $url;
		}
		return $carrier;
	}

	/**
	 * Text, whatever a plugin has left there.
	 *
	 * @param mixed $value Of an order's meta.
	 */
	private static function text( mixed $value ): string {
		return is_scalar( $value ) ? trim( wp_strip_all_tags( (string) $value ) ) : '';
	}

	/**
	 * What makes two numbers one parcel.
	 *
	 * @param string $number A tracking number.
	 */
	private static function key( string $number ): string {
		return mb_strtolower( (string) preg_replace( '/[\s-]+/u', '', $number ) );
	}
}
