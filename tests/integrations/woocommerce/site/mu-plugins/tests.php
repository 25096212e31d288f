<?php
// A test says when actions run: the shop's own pages do not have them run by themselves.
add_filter( 'action_scheduler_allow_async_request_runner', '__return_false' );
// A shop with a certificate: a test says so.
add_filter( 'woocommerce_get_checkout_payment_url', fn( $url ) => get_option( 'tests_https' ) ? set_url_scheme( $url, 'https' ) : $url );
