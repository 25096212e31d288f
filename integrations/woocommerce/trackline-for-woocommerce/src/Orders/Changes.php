<?php
/**
 * What is to be told of an order.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/**
 * Compares what an order says with what was told of it last. Decides only: it reads and writes nothing.
 */
final class Changes {

	/**
	 * Seconds. An order that is older than this when we first see it, or has been in its state for more than a day, is
	 * written down, and nobody is told.
	 */
	private const OLD      = 30 * DAY_IN_SECONDS;
	private const OLD_NEWS = DAY_IN_SECONDS;

	/**
	 * The events that tell of the difference; none when there is none.
	 *
	 * @param array<string, mixed>|null $told What was told last (`Snapshot::kept`), or null for an order that is new to us.
	 * @param Snapshot                  $now  What it says.
	 *
	 * @return list<array{type: string, data: array<string, mixed>}>
	 */
	public static function between( ?array $told, Snapshot $now ): array {
		$events = null === $told ? [ self::created( $now ) ] : self::corrected( $told, $now );
		if ( null !== $now->status && ( $told['status'] ?? null ) !== $now->status ) {
			$events[] = self::event(
				'order.status_changed',
				$now,
				[
					'status'      => $now->status,
					'occurred_at' => self::iso( $now->status_at ),
				] + self::payment( $now )
			);
		}
		foreach ( $now->parcels as $key => $carrier ) {
			if ( ( $told['parcels'][ $key ] ?? null ) !== $carrier ) {
				$events[] = self::event(
					'order.updated',
					$now,
					[
						'parcel'  => $carrier['tracking_number'],
						'carrier' => $carrier,
					]
				);
			}
		}
		$is_history = null === $told && ( $now->created_at < time() - self::OLD || $now->status_at < time() - self::OLD_NEWS );
		return $is_history ? array_map( [ self::class, 'untold' ], $events ) : $events;
	}

	/**
	 * What is kept as told. A state that is not told yet leaves the one before.
	 *
	 * @param array<string, mixed>|null $told What was told before.
	 * @param Snapshot                  $now  What it says.
	 *
	 * @return array<string, mixed>
	 */
	public static function kept( ?array $told, Snapshot $now ): array {
		$kept             = $now->kept();
		$kept['status'] ??= $told['status'] ?? null;
		return $kept;
	}

	/**
	 * The first event of an order. While it is not paid, nobody is told that it was placed: many never are.
	 *
	 * @param Snapshot $now What it says.
	 *
	 * @return array{type: string, data: array<string, mixed>}
	 */
	private static function created( Snapshot $now ): array {
		$event = self::event( 'order.created', $now, self::about( $now ) + [ 'occurred_at' => self::iso( $now->created_at ) ] );
		return null === $now->status || 'payment_due' === $now->status ? self::untold( $event ) : $event;
	}

	/**
	 * What is known better than before, of which nobody needs to be told.
	 *
	 * @param array<string, mixed> $told What was told last.
	 * @param Snapshot             $now  What it says.
	 *
	 * @return list<array{type: string, data: array<string, mixed>}>
	 */
	private static function corrected( array $told, Snapshot $now ): array {
		$kept  = $now->kept();
		$names = [
			'customer_id'  => 'customer',
			'order_number' => 'number',
			'items'        => [] === $now->goods ? 'items' : 'goods',
			'contact'      => 'contact',
		];
		$new   = array_filter( $names, static fn( string $name ): bool => ( $told[ $name ] ?? null ) !== $kept[ $name ] );
		$data  = array_intersect_key( self::about( $now ), $new );
		return [] === $data ? [] : [ self::untold( self::event( 'order.updated', $now, $data ) ) ];
	}

	/**
	 * Whose it is, and what it is called. What is empty is left out: to say nothing takes nothing away.
	 *
	 * @param Snapshot $now What it says.
	 *
	 * @return array<string, mixed>
	 */
	private static function about( Snapshot $now ): array {
		return array_filter(
			[
				'customer_id'  => $now->customer_id,
				'order_number' => $now->number,
				'items'        => [] === $now->goods ? $now->items : $now->goods,
				'contact'      => $now->contact,
			]
		);
	}

	/**
	 * The way to pay, while that is due.
	 *
	 * @param Snapshot $now What it says.
	 *
	 * @return array<string, string>
	 */
	private static function payment( Snapshot $now ): array {
		return 'payment_due' === $now->status && '' !== $now->payment_url ? [ 'payment_url' => $now->payment_url ] : [];
	}

	/**
	 * An event.
	 *
	 * @param string               $type One of Trackline's.
	 * @param Snapshot             $now  Its order.
	 * @param array<string, mixed> $data What it says.
	 *
	 * @return array{type: string, data: array<string, mixed>}
	 */
	private static function event( string $type, Snapshot $now, array $data ): array {
		return [
			'type' => $type,
			'data' => [ 'order_id' => $now->order_id ] + $data,
		];
	}

	/**
	 * The same, of which nobody is told.
	 *
	 * @param array{type: string, data: array<string, mixed>} $event An event.
	 *
	 * @return array{type: string, data: array<string, mixed>}
	 */
	private static function untold( array $event ): array {
		$event['data']['notify'] = false;
		return $event;
	}

	/**
	 * As Trackline reads a time.
	 *
	 * @param int $moment A Unix time.
	 */
	private static function iso( int $moment ): string {
		return gmdate( 'Y-m-d\TH:i:s\Z', $moment );
	}
}
