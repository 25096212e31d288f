<?php
/**
 * Tries what the operator has set.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Admin;

use Trackline\WooCommerce\Api\Answer;
use Trackline\WooCommerce\Api\Client;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * Each request says nothing (`{}`): whoever may make it hears that fields are missing (422), and nothing is changed.
 */
final class Check {

	private const PATIENCE = 8;

	/** Seconds that the clocks may differ before events are refused. */
	private const SKEW = 4 * MINUTE_IN_SECONDS;

	/**
	 * Needs what is to be tried.
	 *
	 * @param Settings $settings The shop's.
	 */
	public function __construct( private readonly Settings $settings ) {
	}

	/**
	 * All steps; after an address that is wrong there is nothing more to try.
	 *
	 * @return list<Finding>
	 */
	public function findings(): array {
		if ( '' === $this->settings->url ) {
			return [ new Finding( false, __( 'The address', 'trackline-for-woocommerce' ), __( 'Enter the address of your Trackline first, and save.', 'trackline-for-woocommerce' ) ) ];
		}
		$links   = $this->ask( '/api/v1/links' );
		$trouble = Advice::about_address( $links );
		if ( '' !== $trouble ) {
			return [ new Finding( false, __( 'The address', 'trackline-for-woocommerce' ), $trouble ) ];
		}
		$found = [ $this->address(), $this->key( $links ) ];
		if ( 422 === $links->status ) {
			$found[] = $this->erasing();
		}
		return [ ...$found, $this->secret() ];
	}

	/** Whether nobody on the way can read what goes to that address. */
	private function address(): Finding {
		$what      = __( 'The address', 'trackline-for-woocommerce' );
		$host      = (string) wp_parse_url( $this->settings->url, PHP_URL_HOST );
		$is_public = filter_var( trim( $host, '[]' ), FILTER_VALIDATE_IP )
			? filter_var( trim( $host, '[]' ), FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE )
			: str_contains( $host, '.' );
		return $is_public && str_starts_with( $this->settings->url, 'http:' )
			? new Finding( false, $what, __( 'Trackline answers, but on the way there others can read along. Enter its address with https; only within a private network http will do.', 'trackline-for-woocommerce' ) )
			: new Finding( true, $what, __( 'Trackline answers.', 'trackline-for-woocommerce' ) );
	}

	/**
	 * Whether the key may ask for links.
	 *
	 * @param Answer $answer Of a request that bears it.
	 */
	private function key( Answer $answer ): Finding {
		$what = __( 'The API key', 'trackline-for-woocommerce' );
		return match ( true ) {
			'' === $this->settings->api_key => new Finding( false, $what, __( 'It is missing: without it there is no button for your customers. Enter one that stands in API_KEYS of Trackline’s settings.', 'trackline-for-woocommerce' ) ),
			401 === $answer->status => new Finding( false, $what, __( 'Trackline does not know it. Enter one that stands in API_KEYS of Trackline’s settings; of “shop:link+read+write:SECRET” only the SECRET.', 'trackline-for-woocommerce' ) ),
			403 === $answer->status => new Finding( false, $what, __( 'Trackline knows it, but it may not ask for links. Give it the scope “link” in API_KEYS: shop:link+read+write:SECRET.', 'trackline-for-woocommerce' ) ),
			422 === $answer->status => new Finding( true, $what, __( 'It is right.', 'trackline-for-woocommerce' ) ),
			default => new Finding( false, $what, Advice::about_status( $answer->status ) ),
		};
	}

	/** Whether the key may erase and export, which WordPress's tools for personal data need. */
	private function erasing(): Finding {
		$what  = __( 'Privacy', 'trackline-for-woocommerce' );
		$write = $this->ask( '/api/v1/events' );
		$read  = ( new Client( $this->settings ) )->call( 'GET', '/api/v1/feedback?limit=1', null, self::PATIENCE );
		if ( 403 === $write->status || 403 === $read->status ) {
			return new Finding( false, $what, __( 'The key may not erase or export, so WordPress’s tools for personal data cannot reach Trackline. Give it the scopes “read” and “write”, too: shop:link+read+write:SECRET.', 'trackline-for-woocommerce' ) );
		}
		return 422 === $write->status && 200 === $read->status
			? new Finding( true, $what, __( 'Personal data can be exported and erased from here.', 'trackline-for-woocommerce' ) )
			: new Finding( false, $what, Advice::about_status( 422 === $write->status ? $read->status : $write->status ) );
	}

	/** Whether events are taken that are signed with the secret. */
	private function secret(): Finding {
		$what = __( 'The webhook secret', 'trackline-for-woocommerce' );
		if ( '' === $this->settings->webhook_secret ) {
			return new Finding( false, $what, __( 'It is missing: without it Trackline hears of no order. Enter the one that stands in WEBHOOK_SECRETS of Trackline’s settings.', 'trackline-for-woocommerce' ) );
		}
		$answer = ( new Client( $this->settings ) )->post_event( 'msg_test_' . bin2hex( random_bytes( 8 ) ), '{}', self::PATIENCE );
		$skew   = $answer->date > 0 ? abs( $answer->date - time() ) : 0;
		return match ( true ) {
			401 === $answer->status && $skew > self::SKEW => new Finding(
				false,
				$what,
				/* translators: %d: a number of minutes. */
				sprintf( __( 'The clocks of this shop and of Trackline differ by %d minutes. Have both machines set their clocks by NTP, and test again.', 'trackline-for-woocommerce' ), (int) round( $skew / MINUTE_IN_SECONDS ) )
			),
			401 === $answer->status => new Finding( false, $what, __( 'It is not one of Trackline’s. Enter the one that stands in WEBHOOK_SECRETS of its settings, whole, with whsec_ before it.', 'trackline-for-woocommerce' ) ),
			422 === $answer->status => new Finding( true, $what, __( 'It is right: Trackline takes this shop’s events.', 'trackline-for-woocommerce' ) ),
			default => new Finding( false, $what, Advice::about_address( $answer ) ? Advice::about_address( $answer ) : Advice::about_status( $answer->status ) ),
		};
	}

	/**
	 * Makes a request that says nothing.
	 *
	 * @param string $path Where.
	 */
	private function ask( string $path ): Answer {
		return ( new Client( $this->settings ) )->call( 'POST', $path, [], self::PATIENCE );
	}
}
