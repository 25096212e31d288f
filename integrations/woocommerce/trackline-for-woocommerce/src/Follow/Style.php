<?php
/**
 * How the boxes look.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use const Trackline\WooCommerce\PLUGIN_FILE;

defined( 'ABSPATH' ) || exit;

/**
 * The theme's own, but for their layout.
 */
final class Style {

	/** Has the page load it. */
	public static function add(): void {
		wp_enqueue_style( 'trackline-follow', plugins_url( 'assets/follow.css', PLUGIN_FILE ), [], '1.0.0' );
	}

	/** The classes of a button, which block themes call otherwise. */
	public static function button(): string {
		$of_theme = function_exists( 'wc_wp_theme_get_element_class_name' ) ? wc_wp_theme_get_element_class_name( 'button' ) : '';
		return trim( 'button ' . $of_theme );
	}
}
