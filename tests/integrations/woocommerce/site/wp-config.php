<?php
// The tests' WordPress. Its address and its folders come from the environment.
define( 'DB_NAME', 'wordpress' );
define( 'DB_USER', 'wordpress' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:' . getenv( 'WORDPRESS_SOCKET' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_HOME', getenv( 'WORDPRESS_URL' ) );
define( 'WP_SITEURL', getenv( 'WORDPRESS_URL' ) );
foreach ( array( 'AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE' ) as $which ) {
	define( "{$which}_KEY", "the tests' key for $which" );
	define( "{$which}_SALT", "the tests' salt for $which" );
}
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', getenv( 'WORDPRESS_LOG' ) );
define( 'WP_DEBUG_DISPLAY', false );
define( 'DISABLE_WP_CRON', true ); // A test says when it runs.
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true ); // Nothing but this machine is asked.
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
define( 'FS_METHOD', 'direct' );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
