<?php
/**
 * What is wrong, and what to do, in plain words.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Admin;

use Trackline\WooCommerce\Api\Answer;

defined( 'ABSPATH' ) || exit;

/**
 * For the shop's operator, who need not know HTTP.
 */
final class Advice {

	/**
	 * For an answer that is not Trackline's, for no answer, or for a missing page; '' when Trackline has answered.
	 *
	 * @param Answer $answer What came.
	 */
	public static function about_address( Answer $answer ): string {
		if ( 0 === $answer->status ) {
			return self::nobody_answers( $answer->error );
		}
		if ( $answer->status >= 300 && $answer->status < 400 ) {
			return __( 'This address sends visitors on to another one. Enter that one, exactly as a browser shows it (https and not http, with or without www).', 'trackline-for-woocommerce' );
		}
		if ( $answer->is_problem() ) {
			return 404 === $answer->status ? __( 'Trackline answers there, but the address has something too much at its end. Enter it without a path, like https://bot.example.com.', 'trackline-for-woocommerce' ) : '';
		}
		if ( $answer->status >= 500 ) {
			/* translators: %d: an HTTP status, like 502. */
			return sprintf( __( 'A server answers, but Trackline does not run behind it (error %d). Start it, and see where its proxy leads.', 'trackline-for-woocommerce' ), $answer->status );
		}
		/* translators: %d: an HTTP status, like 404. */
		return sprintf( __( 'Something answers there, but it is not Trackline (%d). Enter the address that is PUBLIC_URL in Trackline’s settings.', 'trackline-for-woocommerce' ), $answer->status );
	}

	/**
	 * For an error that Trackline has answered.
	 *
	 * @param int $status HTTP's.
	 */
	public static function about_status( int $status ): string {
		return match ( $status ) {
			429     => __( 'Trackline has had too many requests just now. Nothing is lost; try again in a minute.', 'trackline-for-woocommerce' ),
			503     => __( 'Trackline runs, but not its database. Nothing is lost: everything waits until it does.', 'trackline-for-woocommerce' ),
			default => __( 'Trackline itself has failed. Look into its log.', 'trackline-for-woocommerce' ),
		};
	}

	/**
	 * For a problem that keeps events from being sent.
	 *
	 * @param int    $status HTTP's, or 0.
	 * @param string $why    As it was kept.
	 */
	public static function about_trouble( int $status, string $why ): string {
		return match ( true ) {
			0 === $status   => self::nobody_answers( $why ),
			401 === $status => __( 'The webhook secret is not one of Trackline’s, or the clocks of the two machines differ. “Test the connection” says which.', 'trackline-for-woocommerce' ),
			429 === $status, 503 === $status => self::about_status( $status ),
			default         => self::about_address( new Answer( $status ) ),
		};
	}

	/**
	 * Of no answer at all.
	 *
	 * @param string $error As WordPress says it: with cURL's number.
	 */
	private static function nobody_answers( string $error ): string {
		$number = preg_match( '/cURL error (\d+)/', $error, $found ) ? (int) $found[1] : 0;
		$says   = match ( $number ) {
			6       => __( 'There is no machine of that name. Look for a mistake in the address.', 'trackline-for-woocommerce' ),
			7       => __( 'The machine is there, but Trackline does not listen on it. Start it, or correct the port.', 'trackline-for-woocommerce' ),
			28      => __( 'There was no answer in time. Is Trackline running, and does a firewall let this shop through?', 'trackline-for-woocommerce' ),
			35, 51, 58, 60, 77, 83, 90, 91 => __( 'There is no safe connection, as the certificate of that address is not in order. Renew it, or have your host look at it.', 'trackline-for-woocommerce' ),
			default => __( 'Nobody answers at this address.', 'trackline-for-woocommerce' ),
		};
		return '' === $error ? $says : "$says ($error)";
	}
}
