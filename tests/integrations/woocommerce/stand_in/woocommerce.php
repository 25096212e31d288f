<?php
/**
 * Plugin Name: WooCommerce
 * Description: A stand-in for WooCommerce 10: what Trackline's plugin touches of it, and strict about it.
 * Version: 10.7.0
 * Requires at least: 6.1
 */

// Written anew; what each part imitates is named as file: function of WooCommerce 10.7. What is not here is not
// used by the plugin: PHP ends with an error where it begins to be. Whoever needs more looks up how WooCommerce does it.
defined( 'ABSPATH' ) || exit;

const WC_VERSION = '10.7.0';
define( 'WC_PLUGIN_FILE', __FILE__ );

foreach ( array( 'features', 'data', 'order', 'store', 'actions', 'settings', 'mails', 'checkout', 'account' ) as $part ) {
	require __DIR__ . "/$part.php";
}

// includes/class-woocommerce.php
final class WooCommerce {
	public $integrations;
	private $mailer;

	public static function instance() {
		static $instance;
		return $instance ??= new self();
	}

	public function init() {
		do_action( 'before_woocommerce_init' );
		$this->integrations = new WC_Integrations();
		do_action( 'woocommerce_init' );
	}

	public function mailer() {
		return WC_Emails::instance();
	}

	public function api_request_url( $request, $ssl = null ) {
		return esc_url_raw( trailingslashit( home_url( "/wc-api/$request" ) ) );
	}
}

function WC() { // phpcs:ignore -- its name.
	return WooCommerce::instance();
}

// src/Internal/Utilities/LegacyRestApiStub.php: what is asked at /wc-api/… becomes an action, and ends there.
function stand_in_api( $wp ) {
	$request = strtolower( $_GET['wc-api'] ?? $wp->query_vars['wc-api'] ?? '' );
	if ( '' === $request ) {
		return;
	}
	ob_start();
	nocache_headers();
	do_action( 'woocommerce_api_request', $request );
	status_header( has_action( "woocommerce_api_$request" ) ? 200 : 400 );
	do_action( "woocommerce_api_$request" );
	ob_end_clean();
	die( '-1' );
}

// includes/class-wc-install.php, and Action Scheduler's tables. On a new shop HPOS is on.
function stand_in_install() {
	ActionScheduler::set_up();
	Stand_In_Store::set_up();
	foreach ( array( 'checkout' => 'Checkout', 'myaccount' => 'My account' ) as $page => $title ) {
		$slug = sanitize_title( $title );
		update_option( "woocommerce_{$page}_page_id", wp_insert_post( array( 'post_type' => 'page', 'post_status' => 'publish', 'post_name' => $slug, 'post_title' => $title ) ) );
	}
	add_role( 'customer', 'Customer', array( 'read' => true ) );
	get_role( 'administrator' )->add_cap( 'manage_woocommerce' );
	update_option( 'woocommerce_custom_orders_table_enabled', 'yes' );
}

register_activation_hook( __FILE__, 'stand_in_install' );
add_action( 'plugins_loaded', fn() => do_action( 'woocommerce_loaded' ), -1 );
add_action( 'init', array( WC(), 'init' ), 0 );
add_action( 'parse_request', 'stand_in_api', 0 );
add_filter( 'query_vars', fn( $names ) => array( ...$names, 'wc-api' ), 0 );
add_action(
	'init',
	function () {
		add_rewrite_endpoint( 'order-received', EP_ROOT | EP_PAGES );
		add_rewrite_endpoint( 'orders', EP_PAGES );
		add_rewrite_endpoint( 'view-order', EP_PAGES );
		add_rewrite_rule( '^wc-api/(.+?)/?$', 'index.php?wc-api=$matches[1]', 'top' );
	}
);

function wc_get_page_id( $page ) {
	return (int) get_option( "woocommerce_{$page}_page_id" ) ?: -1;
}

function wc_get_page_permalink( $page ) {
	return get_permalink( wc_get_page_id( $page ) );
}

function wc_get_account_endpoint_url( $endpoint ) {
	return trailingslashit( wc_get_page_permalink( 'myaccount' ) . $endpoint );
}

// includes/class-wc-logger.php. The tests read what is written here.
function wc_get_logger() {
	return new class() {
		public function log( $level, $message, $context = array() ) {
			error_log( "[WooCommerce $level] $message " . wp_json_encode( $context ) );
		}
		public function error( $message, $context = array() ) {
			$this->log( 'error', $message, $context );
		}
		public function warning( $message, $context = array() ) {
			$this->log( 'warning', $message, $context );
		}
		public function info( $message, $context = array() ) {
			$this->log( 'info', $message, $context );
		}
		public function debug( $message, $context = array() ) {
			$this->log( 'debug', $message, $context );
		}
	};
}
