<?php
/**
 * How long nothing is sent, because Trackline could not be reached.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Outbox;

use Trackline\WooCommerce\Api\Answer;

defined( 'ABSPATH' ) || exit;

/**
 * Kept as an option. The pauses grow: a minute, two, four … up to an hour.
 */
final class Pause {

	public const OPTION = 'trackline_sending';

	/**
	 * See `current`.
	 *
	 * @param int    $until     A Unix time; in the past: no pause.
	 * @param int    $troubles  How many there were in a row.
	 * @param string $why       What came the last time, or ''.
	 * @param int    $status    Its status.
	 * @param int    $succeeded When something has arrived last, a Unix time, or 0.
	 */
	private function __construct(
		public readonly int $until,
		public readonly int $troubles,
		public readonly string $why,
		public readonly int $status,
		public readonly int $succeeded,
	) {
	}

	/** As it stands. */
	public static function current(): self {
		$kept = get_option( self::OPTION, [] );
		$kept = is_array( $kept ) ? $kept : [];
		return new self( (int) ( $kept['pause_until'] ?? 0 ), (int) ( $kept['troubles'] ?? 0 ), (string) ( $kept['why'] ?? '' ), (int) ( $kept['status'] ?? 0 ), (int) ( $kept['succeeded'] ?? 0 ) );
	}

	/**
	 * After an answer. When that was is kept to the minute.
	 *
	 * @param bool $arrived Whether something has arrived; else it was refused.
	 */
	public function end( bool $arrived ): self {
		if ( 0 === $this->troubles && ( ! $arrived || $this->succeeded > time() - MINUTE_IN_SECONDS ) ) {
			return $this;
		}
		return ( new self( 0, 0, '', 0, $arrived ? time() : $this->succeeded ) )->keep();
	}

	/**
	 * After trouble.
	 *
	 * @param Answer $answer What came.
	 */
	public function lengthen( Answer $answer ): self {
		$wait = max( self::after( $this->troubles + 1 ), $answer->retry_after );
		return ( new self( time() + $wait, $this->troubles + 1, $answer->in_short(), $answer->status, $this->succeeded ) )->keep();
	}

	/**
	 * How many seconds to wait after so many attempts that failed.
	 *
	 * @param int $attempts At least 1.
	 */
	public static function after( int $attempts ): int {
		return MINUTE_IN_SECONDS * min( 2 ** min( $attempts - 1, 10 ), 60 );
	}

	/** Writes it. */
	private function keep(): self {
		update_option(
			self::OPTION,
			[
				'pause_until' => $this->until,
				'troubles'    => $this->troubles,
				'why'         => $this->why,
				'status'      => $this->status,
				'succeeded'   => $this->succeeded,
			],
			false
		);
		return $this;
	}
}
