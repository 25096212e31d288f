<?php
// Installs our plugin from the zip whose path is given, by what WordPress has for uploaded ones, and switches it on.
require getenv( 'WORDPRESS_SITE' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
require_once ABSPATH . 'wp-admin/includes/class-wp-upgrader.php';

$upgrader = new Plugin_Upgrader( new Automatic_Upgrader_Skin() );
$done     = $upgrader->install( $argv[1] );
if ( true !== $done ) {
	exit( is_wp_error( $done ) ? $done->get_error_message() : 'It was not installed: ' . implode( ' ', $upgrader->skin->get_upgrade_messages() ) );
}
$done = activate_plugin( $upgrader->plugin_info() );
if ( is_wp_error( $done ) ) {
	exit( $done->get_error_message() );
}
