<?php
/**
 * By what people recognise an account, in the chat, before they agree to follow it.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

defined( 'ABSPATH' ) || exit;

/**
 * A masked e-mail address.
 */
final class Hint {

	/**
	 * Masks it: `a•••@example.com`.
	 *
	 * @param string $email An e-mail address, or ''.
	 */
	public static function of( string $email ): string {
		return is_email( $email ) ? mb_substr( $email, 0, 1 ) . '•••' . strrchr( $email, '@' ) : '';
	}
}
