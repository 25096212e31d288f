<?php
// Makes a shop of the WordPress: WooCommerce's own installation.
require getenv( 'WORDPRESS_SITE' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';

$done = activate_plugin( 'woocommerce/woocommerce.php' );
if ( is_wp_error( $done ) ) {
	exit( $done->get_error_message() );
}
