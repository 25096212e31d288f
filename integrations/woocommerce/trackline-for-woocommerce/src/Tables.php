<?php
/**
 * Our two tables.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'ABSPATH' ) || exit;

/**
 * The outbox, and the links of orders. Times are UTC.
 */
final class Tables {

	public const VERSION_OPTION = 'trackline_tables';
	private const VERSION       = '1';

	/** What waits to be sent, and of each order what was told last. */
	public static function outbox(): string {
		return $GLOBALS['wpdb']->prefix . 'trackline_outbox';
	}

	/** The link of each order that was asked for. */
	public static function links(): string {
		return $GLOBALS['wpdb']->prefix . 'trackline_links';
	}

	/** Makes them when the plugin is new on this site, or has changed. */
	public static function bring_up_to_date(): void {
		if ( self::VERSION === get_option( self::VERSION_OPTION ) ) {
			return;
		}
		global $wpdb;
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		$outbox  = self::outbox();
		$links   = self::links();
		$charset = $wpdb->get_charset_collate();
		dbDelta(
			"CREATE TABLE $outbox (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				about varchar(40) NOT NULL,
				seq int(10) unsigned NOT NULL,
				customer_id bigint(20) unsigned NULL,
				request varchar(100) NOT NULL,
				webhook_id varchar(40) NOT NULL,
				body longtext NOT NULL,
				says longtext NOT NULL,
				state varchar(10) NOT NULL,
				attempts int(10) unsigned NOT NULL DEFAULT 0,
				made_at datetime NOT NULL,
				due_at datetime NOT NULL,
				answer varchar(255) NOT NULL DEFAULT '',
				PRIMARY KEY  (id),
				UNIQUE KEY about_seq (about, seq),
				KEY state_due (state, due_at),
				KEY state_about (state, about)
			) $charset;
			CREATE TABLE $links (
				order_id bigint(20) unsigned NOT NULL,
				url varchar(500) NOT NULL,
				qr mediumtext NOT NULL,
				expires_at datetime NOT NULL,
				PRIMARY KEY  (order_id)
			) $charset;"
		);
		update_option( self::VERSION_OPTION, self::VERSION );
	}
}
