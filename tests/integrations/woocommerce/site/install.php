<?php
// Installs WordPress as its own installer does, and WooCommerce in it.
define( 'WP_INSTALLING', true );
require getenv( 'WORDPRESS_SITE' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install( 'Nile Coffee', 'shopkeeper', 'shopkeeper@example.com', true, '', 'open sesame' );
update_option( 'permalink_structure', '/%postname%/' );
update_option( 'template', 'tests' );
update_option( 'stylesheet', 'tests' );
