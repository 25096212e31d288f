<?php
/**
 * What one step of the test has found.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Admin;

defined( 'ABSPATH' ) || exit;

/**
 * It is right, or it says what to do.
 */
final class Finding {

	/**
	 * As it was found.
	 *
	 * @param bool   $is_right Whether all is well.
	 * @param string $what     What was tried, like "The API key".
	 * @param string $says     What is so, or what to do.
	 */
	public function __construct(
		public readonly bool $is_right,
		public readonly string $what,
		public readonly string $says,
	) {
	}
}
