<?php
/**
 * Trackline over HTTP.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Api;

use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * Signed events, and requests that bear the key. Redirections are not followed: a POST would become a GET.
 */
final class Client {

	/**
	 * Needs the address and the secrets.
	 *
	 * @param Settings $settings The shop's.
	 */
	public function __construct( private readonly Settings $settings ) {
	}

	/**
	 * Posts an event, signed as Standard Webhooks 1.0.
	 *
	 * @param string $id      Its webhook-id: the same at each attempt.
	 * @param string $body    JSON, the same bytes at each attempt.
	 * @param int    $timeout Seconds.
	 */
	public function post_event( string $id, string $body, int $timeout ): Answer {
		$signature = new Signature( $this->settings->webhook_secret );
		return $this->send( 'POST', '/webhooks/orders', $signature->headers( $id, time(), $body ), $body, $timeout );
	}

	/**
	 * Makes a request that bears the key.
	 *
	 * @param string                    $method  HTTP's.
	 * @param string                    $path    With a slash first.
	 * @param array<string, mixed>|null $content What becomes JSON, or nothing.
	 * @param int                       $timeout Seconds.
	 */
	public function call( string $method, string $path, ?array $content, int $timeout ): Answer {
		$headers = [ 'Authorization' => 'Bearer ' . $this->settings->api_key ];
		return $this->send( $method, $path, $headers, null === $content ? null : (string) wp_json_encode( (object) $content ), $timeout );
	}

	/**
	 * Sends it.
	 *
	 * @param string                $method  HTTP's.
	 * @param string                $path    With a slash first.
	 * @param array<string, string> $headers Besides those of the body.
	 * @param string|null           $body    JSON, or nothing.
	 * @param int                   $timeout Seconds.
	 */
	private function send( string $method, string $path, array $headers, ?string $body, int $timeout ): Answer {
		$request = [
			'method'      => $method,
			'headers'     => $headers + [ 'Accept' => 'application/json' ],
			'timeout'     => $timeout,
			'redirection' => 0,
		];
		if ( null !== $body ) {
			$request['headers']['Content-Type'] = 'application/json';
			$request['body']                    = $body;
		}
		return Answer::of( wp_remote_request( $this->settings->url . $path, $request ) );
	}
}
