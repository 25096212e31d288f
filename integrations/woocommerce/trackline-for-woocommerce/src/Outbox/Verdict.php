<?php
/**
 * What an answer means for what was sent.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Outbox;

use Trackline\WooCommerce\Api\Answer;

defined( 'ABSPATH' ) || exit;

/**
 * Only Trackline's own words count: a web page that answers 200 or 404 at a wrong address has not taken anything, and
 * has not refused it either.
 */
enum Verdict {
	/** Trackline has it, perhaps since before. */
	case Arrived;
	/** It is wrong, and will be. */
	case Refused;
	/** It is sent again. */
	case Trouble;

	/**
	 * For an event: a 401 is not final, because the secret or the clocks may still be corrected.
	 *
	 * @param Answer $answer What came.
	 */
	public static function of_event( Answer $answer ): self {
		if ( $answer->status >= 200 && $answer->status < 300 && isset( $answer->json()['result'] ) ) {
			return self::Arrived;
		}
		return self::is_refusal( $answer ) ? self::Refused : self::Trouble;
	}

	/**
	 * For an erasure: what does not exist counts as erased.
	 *
	 * @param Answer $answer What came.
	 */
	public static function of_erasure( Answer $answer ): self {
		if ( 204 === $answer->status || ( 404 === $answer->status && $answer->is_problem() ) ) {
			return self::Arrived;
		}
		return self::is_refusal( $answer ) ? self::Refused : self::Trouble;
	}

	/**
	 * Whether no later attempt can do better.
	 *
	 * @param Answer $answer What came.
	 */
	private static function is_refusal( Answer $answer ): bool {
		$may_be_mended = in_array( $answer->status, [ 401, 403, 408, 429 ], true );
		return $answer->is_problem() && $answer->status >= 400 && $answer->status < 500 && ! $may_be_mended;
	}
}
