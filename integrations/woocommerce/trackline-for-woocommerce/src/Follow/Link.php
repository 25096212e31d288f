<?php
/**
 * A link that Trackline has given.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use Trackline\WooCommerce\Api\Answer;

defined( 'ABSPATH' ) || exit;

/**
 * Opened on a phone with Telegram, it asks there whether to follow.
 */
final class Link {

	private const PNG = 'data:image/png;base64,';

	/**
	 * See `of`.
	 *
	 * @param string $url        Where it leads.
	 * @param string $code       The same, to type.
	 * @param string $qr         A picture of it, PNG in base64; '' when there is none.
	 * @param int    $expires_at A Unix time.
	 */
	public function __construct(
		public readonly string $url,
		public readonly string $code,
		public readonly string $qr,
		public readonly int $expires_at,
	) {
	}

	/**
	 * Reads what Trackline has answered.
	 *
	 * @param Answer $answer Of `POST /api/v1/links`.
	 *
	 * @throws NoLink When it is no link.
	 */
	public static function of( Answer $answer ): self {
		$said = 201 === $answer->status ? $answer->json() : [];
		$url  = esc_url_raw( (string) ( $said['url'] ?? '' ), [ 'https', 'http', 'tg' ] );
		if ( '' === $url || strlen( $url ) > 500 ) {
			throw new NoLink( esc_html( $answer->in_short() ) );
		}
		$png = (string) ( $said['qr']['png'] ?? '' );
		$qr  = str_starts_with( $png, self::PNG ) ? substr( $png, strlen( self::PNG ) ) : '';
		return new self(
			$url,
			(string) ( $said['code'] ?? '' ),
			preg_match( '#^[A-Za-z0-9+/=]+$#', $qr ) ? $qr : '',
			(int) strtotime( (string) ( $said['expires_at'] ?? '' ) ),
		);
	}

	/** The picture as an address that stands in a page. */
	public function picture(): string {
		return '' === $this->qr ? '' : self::PNG . $this->qr;
	}
}
