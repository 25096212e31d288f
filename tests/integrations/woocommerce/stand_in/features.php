<?php
// src/Utilities/FeaturesUtil.php and OrderUtil.php

namespace Automattic\WooCommerce\Utilities {

final class FeaturesUtil {
	private static array $declared = array();

	// FeaturesController::declare_compatibility: only within before_woocommerce_init, and once for each.
	public static function declare_compatibility( string $feature_id, string $plugin_file, bool $positive_compatibility = true ): bool {
		if ( ! doing_action( 'before_woocommerce_init' ) ) {
			wc_doing_it_wrong( __METHOD__, 'It should be called inside the before_woocommerce_init action.', '7.0' );
			return false;
		}
		self::$declared[ plugin_basename( $plugin_file ) ][ $feature_id ] = $positive_compatibility;
		return true;
	}

	public static function get_compatible_features_for_plugin( string $plugin_name ): array {
		$of = fn( bool $which ): array => array_keys( self::$declared[ $plugin_name ] ?? array(), $which, true );
		return array( 'compatible' => $of( true ), 'incompatible' => $of( false ), 'uncertain' => array() );
	}
}

final class OrderUtil {
	public static function custom_orders_table_usage_is_enabled(): bool {
		return 'yes' === get_option( 'woocommerce_custom_orders_table_enabled' );
	}

	public static function is_order( $order_id, $types = array( 'shop_order' ) ): bool {
		return \Stand_In_Store::is_order( (int) $order_id );
	}
}

}

namespace {
	// includes/wc-deprecated-functions.php
	function wc_doing_it_wrong( $function, $message, $version ) {
		_doing_it_wrong( $function, $message, $version );
	}
}
