<?php
/**
 * Empties the outbox.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Outbox;

use Trackline\WooCommerce\Api\Answer;
use Trackline\WooCommerce\Api\Client;
use Trackline\WooCommerce\Follow\OrderLinks;
use Trackline\WooCommerce\Schedule;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * At least once, and in order for each order. Several may run at once, as each row is claimed before it is sent.
 */
final class Sender {

	/** Seconds after which we leave the rest to the next action: hosts end what lasts longer than half a minute. */
	private const LASTS = 15;

	/** Seconds that Trackline has for an answer. */
	private const PATIENCE = 10;

	/** Seconds that a row is ours. */
	private const CLAIM = 2 * MINUTE_IN_SECONDS;

	/**
	 * Needs what waits, and somebody who calls us again.
	 *
	 * @param Outbox     $outbox   What waits.
	 * @param Schedule   $schedule Calls us again.
	 * @param OrderLinks $links    Of a new order, the link is asked for, too.
	 */
	public function __construct(
		private readonly Outbox $outbox,
		private readonly Schedule $schedule,
		private readonly OrderLinks $links,
	) {
	}

	/** When we are called. */
	public function register(): void {
		add_action( Schedule::SEND, [ $this, 'send_what_is_due' ] );
	}

	/** Sends until nothing is due, Trackline is in trouble, or the time is over. */
	public function send_what_is_due(): void {
		$settings = Settings::current();
		if ( ! $settings->can_tell() ) {
			return;
		}
		$ends  = microtime( true ) + self::LASTS;
		$pause = Pause::current();
		while ( microtime( true ) < $ends && $pause->until <= time() ) {
			$row = $this->outbox->next();
			if ( null === $row || $row->due_at > time() ) {
				break;
			}
			if ( $this->outbox->claim( $row, time() + self::CLAIM ) ) {
				$pause = $row->is_event() ? $this->send_event( $row, $settings, $pause ) : $this->erase( $row, $settings, $pause );
			}
		}
		$this->schedule->send_what_waits();
	}

	/**
	 * Sends an event. The others would meet the same trouble, so all wait.
	 *
	 * @param Row      $row      The event.
	 * @param Settings $settings The shop's.
	 * @param Pause    $pause    As it was.
	 */
	private function send_event( Row $row, Settings $settings, Pause $pause ): Pause {
		$answer  = ( new Client( $settings ) )->post_event( $row->webhook_id, $row->body, self::PATIENCE );
		$verdict = Verdict::of_event( $answer );
		$this->note( $row, $verdict, $answer );
		if ( Verdict::Trouble === $verdict ) {
			return $pause->lengthen( $answer );
		}
		if ( Verdict::Arrived === $verdict && 1 === $row->seq && $settings->can_ask() ) {
			$this->links->prepare( $row->order_id() );
		}
		return $pause->end( Verdict::Arrived === $verdict );
	}

	/**
	 * Erases somebody or an order. If the key may not do that, it does not keep events from being sent.
	 *
	 * @param Row      $row      What.
	 * @param Settings $settings The shop's.
	 * @param Pause    $pause    As it was.
	 */
	private function erase( Row $row, Settings $settings, Pause $pause ): Pause {
		$answer = ( new Client( $settings ) )->call( $row->method, $row->path, null, self::PATIENCE );
		$this->note( $row, Verdict::of_erasure( $answer ), $answer );
		return $pause;
	}

	/**
	 * Writes down what became of it.
	 *
	 * @param Row     $row     What was sent.
	 * @param Verdict $verdict What became of it.
	 * @param Answer  $answer  What came.
	 */
	private function note( Row $row, Verdict $verdict, Answer $answer ): void {
		match ( $verdict ) {
			Verdict::Arrived => $this->outbox->mark_sent( $row ),
			Verdict::Refused => $this->outbox->mark_failed( $row, $answer->in_short() ),
			Verdict::Trouble => $this->outbox->put_off( $row, time() + max( Pause::after( $row->attempts + 1 ), $answer->retry_after ), $answer->in_short() ),
		};
	}
}
