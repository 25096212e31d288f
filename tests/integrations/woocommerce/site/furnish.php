<?php
// Fills the shop: something to buy, a way to pay, customers. Prints what can be bought.
require getenv( 'WORDPRESS_SITE' ) . '/wp-load.php';

update_option( 'woocommerce_coming_soon', 'no' );
update_option( 'woocommerce_default_country', 'DE' );
update_option( 'woocommerce_currency', 'EUR' );
update_option( 'woocommerce_ship_to_countries', 'disabled' );
update_option( 'woocommerce_cod_settings', array( 'enabled' => 'yes' ) );
foreach ( array( 'checkout' => '[woocommerce_checkout]', 'myaccount' => '[woocommerce_my_account]' ) as $page => $content ) {
	wp_update_post( array( 'ID' => wc_get_page_id( $page ), 'post_content' => $content ) );
}
foreach ( array( 'alice', 'charlie' ) as $name ) {
	wp_insert_user( array( 'user_login' => $name, 'user_pass' => 'open sesame', 'user_email' => "$name@example.com", 'role' => 'customer' ) );
}

$tables = 'Automattic\WooCommerce\Internal\DataStores\Orders\DataSynchronizer';
if ( class_exists( $tables ) ) { // The real one makes these tables with the next request of an operator.
	wc_get_container()->get( $tables )->create_database_tables();
}
update_option( 'woocommerce_newly_installed', 'no' );
update_option( 'woocommerce_custom_orders_table_enabled', 'yes' );

$coffee = new WC_Product_Simple();
$coffee->set_name( 'Coffee' );
$coffee->set_regular_price( '12' );
$coffee->save();
flush_rewrite_rules();
echo $coffee->get_id();
