<?php
/**
 * Puts the plugin together: the one place that knows all its parts.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

use Automattic\WooCommerce\Utilities\FeaturesUtil;

defined( 'ABSPATH' ) || exit;

/**
 * What happens when WordPress loads us, switches us on and switches us off.
 */
final class Plugin {

	/** Called once, when WordPress reads the plugin. WooCommerce may not be there yet. */
	public static function begin(): void {
		add_action( 'before_woocommerce_init', [ self::class, 'declare_what_we_work_with' ] );
		add_action( 'plugins_loaded', [ self::class, 'load' ], 20 );
		register_deactivation_hook( PLUGIN_FILE, [ Schedule::class, 'clear' ] );
	}

	/** That we work with orders in tables of their own (HPOS) and with the blocks of cart and checkout. */
	public static function declare_what_we_work_with(): void {
		foreach ( [ 'custom_order_tables', 'cart_checkout_blocks' ] as $feature ) {
			FeaturesUtil::declare_compatibility( $feature, PLUGIN_FILE, true );
		}
	}

	/** Without WooCommerce there is nothing to do. */
	public static function load(): void {
		if ( ! class_exists( 'WooCommerce' ) ) {
			return;
		}
		Tables::bring_up_to_date();
		( new Translations() )->register();

		$outbox   = new Outbox\Outbox();
		$schedule = new Schedule( $outbox );
		$links    = new Follow\OrderLinks();
		$door     = new Follow\Door( $links );
		$erasure  = new Privacy\Erasure( $outbox, $schedule, $links );
		$watch    = new Orders\Watch( $outbox, $schedule );

		$schedule->register();
		$watch->register();
		( new Orders\Sweep( $watch, $schedule ) )->register();
		( new Outbox\Sender( $outbox, $schedule, $links ) )->register();
		$door->register();
		( new Follow\OrderBox( $door ) )->register();
		( new Follow\OrderMail( $door ) )->register();
		( new Follow\AccountBox() )->register();
		$erasure->register();
		( new Privacy\Eraser( $erasure, $schedule ) )->register();
		( new Privacy\Exporter() )->register();
		( new Admin\Screen( $outbox, $schedule, $links ) )->register();
	}
}
