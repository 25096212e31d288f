<?php
/**
 * What the shop's operator has set.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'ABSPATH' ) || exit;

/**
 * The settings as they are now. WooCommerce keeps them under OPTION.
 */
final class Settings {

	public const OPTION = 'woocommerce_trackline_settings';

	/**
	 * See `current`, which reads them.
	 *
	 * @param string $url                    Where Trackline's API is, without a slash at the end; '' when not set.
	 * @param string $api_key                The key that asks for links and erases, or ''.
	 * @param string $webhook_secret         What events are signed with (`whsec_…`), or ''.
	 * @param bool   $completed_is_delivered Whether the shop completes an order when it has arrived.
	 */
	public function __construct(
		public readonly string $url,
		public readonly string $api_key,
		public readonly string $webhook_secret,
		public readonly bool $completed_is_delivered,
	) {
	}

	/** Read anew each time: WordPress has them in memory. */
	public static function current(): self {
		$kept = get_option( self::OPTION, [] );
		$kept = is_array( $kept ) ? $kept : [];
		$text = static fn( string $name ): string => is_string( $kept[ $name ] ?? null ) ? trim( $kept[ $name ] ) : '';
		return new self( untrailingslashit( $text( 'url' ) ), $text( 'api_key' ), $text( 'webhook_secret' ), 'delivered' === $text( 'completed_means' ) );
	}

	/** Whether events can be sent. */
	public function can_tell(): bool {
		return '' !== $this->url && '' !== $this->webhook_secret;
	}

	/** Whether links can be asked for, and people erased. */
	public function can_ask(): bool {
		return '' !== $this->url && '' !== $this->api_key;
	}
}
