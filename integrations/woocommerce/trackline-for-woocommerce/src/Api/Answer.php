<?php
/**
 * What came back from a request.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Api;

defined( 'ABSPATH' ) || exit;

/**
 * An answer of Trackline, of something else that stands at its address, or of nobody.
 */
final class Answer {

	/**
	 * As it came.
	 *
	 * @param int    $status      HTTP status; 0 when nobody answered.
	 * @param string $type        Media type, like `application/json`.
	 * @param string $body        The body.
	 * @param int    $retry_after Seconds that it asks us to wait, or 0.
	 * @param int    $date        The other side's clock, as a Unix time; 0 when it does not say.
	 * @param string $error       Why nobody answered, as WordPress says it; '' when somebody did.
	 */
	public function __construct(
		public readonly int $status,
		public readonly string $type = '',
		public readonly string $body = '',
		public readonly int $retry_after = 0,
		public readonly int $date = 0,
		public readonly string $error = '',
	) {
	}

	/**
	 * Reads what WordPress got.
	 *
	 * @param array<string, mixed>|\WP_Error $response Of `wp_remote_request`.
	 */
	public static function of( array|\WP_Error $response ): self {
		if ( is_wp_error( $response ) ) {
			return new self( 0, error: $response->get_error_message() );
		}
		$header = static function ( string $name ) use ( $response ): string {
			$value = wp_remote_retrieve_header( $response, $name );
			return trim( (string) ( is_array( $value ) ? end( $value ) : $value ) );
		};
		return new self(
			(int) wp_remote_retrieve_response_code( $response ),
			strtolower( trim( explode( ';', $header( 'content-type' ) )[0] ) ),
			wp_remote_retrieve_body( $response ),
			min( max( 0, (int) $header( 'retry-after' ) ), DAY_IN_SECONDS ),
			(int) strtotime( $header( 'date' ) ),
		);
	}

	/** Whether it is one of the errors that Trackline gives; a page of something else is not. */
	public function is_problem(): bool {
		return 'application/problem+json' === $this->type;
	}

	/**
	 * The body's members; none when it is not such a body.
	 *
	 * @return array<string, mixed>
	 */
	public function json(): array {
		$read = json_decode( $this->body, true );
		return is_array( $read ) ? $read : [];
	}

	/** Status and reason, for the operator: `422 Some fields are missing or wrong. data.status: it is missing`. */
	public function in_short(): string {
		$said  = $this->is_problem() ? $this->json() : [];
		$parts = [ 0 === $this->status ? $this->error : (string) $this->status, (string) ( $said['detail'] ?? '' ) ];
		foreach ( (array) ( $said['errors'] ?? [] ) as $wrong ) {
			$parts[] = ( $wrong['field'] ?? '' ) . ': ' . ( $wrong['problem'] ?? '' );
		}
		return mb_substr( trim( implode( ' ', array_filter( $parts ) ) ), 0, 250 );
	}
}
