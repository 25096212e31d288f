<?php
/**
 * WooCommerce → Settings → Integration → Trackline: how things stand.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Admin;

use Trackline\WooCommerce\Outbox\Outbox;
use Trackline\WooCommerce\Outbox\Pause;
use Trackline\WooCommerce\Outbox\Row;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * The test, what waits, and what was refused.
 */
final class Report {

	private const SHOWN = 20;

	/**
	 * Needs what there is to tell of.
	 *
	 * @param Outbox   $outbox   What waits and was refused.
	 * @param Settings $settings The shop's.
	 */
	public function __construct( private readonly Outbox $outbox, private readonly Settings $settings ) {
	}

	/** Shows it as two more rows of the form. */
	public function show(): void {
		echo '<table class="form-table"><tbody><tr><th scope="row" class="titledesc">' . esc_html__( 'Connection', 'trackline-for-woocommerce' ) . '</th><td class="forminp">';
		echo '<a class="button" href="' . esc_url( Screen::test_url() ) . '">' . esc_html__( 'Test the connection', 'trackline-for-woocommerce' ) . '</a>';
		echo '</td></tr><tr><th scope="row" class="titledesc">' . esc_html__( 'News of orders', 'trackline-for-woocommerce' ) . '</th><td class="forminp">';
		$this->show_outbox();
		$this->show_failed();
		echo '</td></tr></tbody></table>';
	}

	/** Tries the connection, and says in a notice what it has found, a line each. */
	public function show_findings(): void {
		$findings = ( new Check( $this->settings ) )->findings();
		$is_right = array_reduce( $findings, static fn( bool $all, Finding $one ): bool => $all && $one->is_right, true );
		printf( '<div class="notice notice-%s inline"><ul>', $is_right ? 'success' : 'error' );
		foreach ( $findings as $finding ) {
			printf(
				'<li><span class="dashicons %1$s" style="color:%2$s" aria-hidden="true"></span> <span class="screen-reader-text">%3$s</span><strong>%4$s:</strong> %5$s</li>',
				$finding->is_right ? 'dashicons-yes-alt' : 'dashicons-warning',
				$finding->is_right ? '#007017' : '#b32d2e',
				$finding->is_right ? esc_html__( 'Right', 'trackline-for-woocommerce' ) : esc_html__( 'Wrong', 'trackline-for-woocommerce' ),
				esc_html( $finding->what ),
				esc_html( $finding->says )
			);
		}
		echo '</ul></div>';
	}

	/** What waits. */
	private function show_outbox(): void {
		$summary = $this->outbox->summary();
		$pause   = Pause::current();
		$lines   = [
			$pause->succeeded > 0
				/* translators: %s: a length of time, like "5 minutes". */
				? sprintf( __( 'The last news arrived %s ago.', 'trackline-for-woocommerce' ), human_time_diff( $pause->succeeded ) )
				: __( 'No news has been sent yet.', 'trackline-for-woocommerce' ),
			null === $summary['oldest']
				? __( 'Nothing waits.', 'trackline-for-woocommerce' )
				/* translators: 1: a number, 2: a length of time, like "5 minutes". */
				: sprintf( _n( '%1$d event has been waiting to be sent for %2$s.', '%1$d events are waiting to be sent, the oldest for %2$s.', $summary['waiting'], 'trackline-for-woocommerce' ), $summary['waiting'], human_time_diff( $summary['oldest'] ) ),
		];
		echo '<p>' . esc_html( implode( ' ', $lines ) ) . '</p>';
		if ( $pause->troubles > 0 ) {
			echo '<div class="notice notice-warning inline"><p>' . esc_html( Advice::about_trouble( $pause->status, $pause->why ) ) . ' ';
			if ( $pause->until > time() ) {
				/* translators: %s: a length of time, like "5 minutes". */
				echo esc_html( sprintf( __( 'It is tried again in %s.', 'trackline-for-woocommerce' ), human_time_diff( time(), $pause->until ) ) );
			}
			echo '</p></div>';
		}
		if ( $summary['waiting'] > 0 ) {
			echo '<p><a class="button" href="' . esc_url( Screen::action_url( 'hurry' ) ) . '">' . esc_html__( 'Send now', 'trackline-for-woocommerce' ) . '</a></p>';
		}
	}

	/** What was refused. */
	private function show_failed(): void {
		$rows = $this->outbox->failed( self::SHOWN );
		if ( [] === $rows ) {
			return;
		}
		echo '<h3>' . esc_html__( 'Refused by Trackline', 'trackline-for-woocommerce' ) . '</h3>';
		echo '<p>' . esc_html__( 'Sent again as it is, it is refused again. Mend the cause first, or drop it: later news of the same order is sent in any case.', 'trackline-for-woocommerce' ) . '</p>';
		echo '<table class="widefat striped trackline-failed"><thead><tr><th>' . esc_html__( 'About', 'trackline-for-woocommerce' ) . '</th><th>' . esc_html__( 'Made', 'trackline-for-woocommerce' ) . '</th><th>' . esc_html__( 'Trackline says', 'trackline-for-woocommerce' ) . '</th><th></th></tr></thead><tbody>';
		array_map( [ $this, 'show_row' ], $rows );
		echo '</tbody></table>';
	}

	/**
	 * A line of that table.
	 *
	 * @param Row $row What was refused.
	 */
	private function show_row( Row $row ): void {
		$order = $row->order_id() ? wc_get_order( $row->order_id() ) : null;
		printf(
			'<tr><td>%1$s</td><td>%2$s</td><td>%3$s</td><td><a class="button" href="%4$s">%5$s</a> <a class="button" href="%6$s">%7$s</a></td></tr>',
			$order instanceof \WC_Order ? '<a href="' . esc_url( $order->get_edit_order_url() ) . '">#' . esc_html( $order->get_order_number() ) . '</a>' : esc_html( $row->about ),
			esc_html( (string) wp_date( get_option( 'date_format' ) . ' ' . get_option( 'time_format' ), $row->made_at ) ),
			esc_html( $row->answer ),
			esc_url( Screen::action_url( 'again', $row->id ) ),
			esc_html__( 'Send again', 'trackline-for-woocommerce' ),
			esc_url( Screen::action_url( 'drop', $row->id ) ),
			esc_html__( 'Drop', 'trackline-for-woocommerce' )
		);
	}
}
