<?php
// My Account: includes/shortcodes/class-wc-shortcode-my-account.php and templates/myaccount

function stand_in_account_page() {
	if ( ! is_user_logged_in() ) {
		return '<p>Login</p>';
	}
	global $wp;
	ob_start();
	do_action( 'woocommerce_account_navigation' );
	echo '<div class="woocommerce-MyAccount-content">';
	if ( isset( $wp->query_vars['view-order'] ) ) {
		$order = wc_get_order( absint( $wp->query_vars['view-order'] ) );
		if ( $order && $order->get_customer_id() === get_current_user_id() ) {
			do_action( 'woocommerce_view_order', $order->get_id() );
		} else {
			echo '<p>Invalid order.</p>';
		}
	} elseif ( isset( $wp->query_vars['orders'] ) ) {
		$orders = wc_get_orders( array( 'customer' => get_current_user_id() ) );
		do_action( 'woocommerce_before_account_orders', (bool) $orders );
		array_map( fn( $order ) => printf( '<p>#%s</p>', esc_html( $order->get_order_number() ) ), $orders );
		do_action( 'woocommerce_after_account_orders', (bool) $orders );
	} else {
		echo '<p>Hello</p>'; // templates/myaccount/dashboard.php
		do_action( 'woocommerce_account_dashboard' );
	}
	echo '</div>';
	return '<div class="woocommerce">' . ob_get_clean() . '</div>';
}

add_shortcode( 'woocommerce_my_account', 'stand_in_account_page' );

// includes/wc-conditional-functions.php and wc-notice-functions.php
function is_account_page() {
	return is_page( wc_get_page_id( 'myaccount' ) );
}
function is_checkout() {
	return is_page( wc_get_page_id( 'checkout' ) );
}
function is_order_received_page() {
	return is_checkout() && (bool) get_query_var( 'order-received' );
}
function wc_print_notice( $message, $notice_type = 'success', $data = array() ) {
	printf( '<ul class="woocommerce-%s" role="alert"><li>%s</li></ul>', esc_attr( $notice_type ), wp_kses_post( $message ) );
}
function wc_get_endpoint_url( $endpoint, $value = '', $permalink = '' ) {
	return trailingslashit( trailingslashit( $permalink ?: get_permalink() ) . "$endpoint/$value" );
}
