<?php
/**
 * Removes everything when the plugin is uninstalled.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce;

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.DB -- tables are taken away, and Action Scheduler cannot forget what was done.

/**
 * Tables, options, what is scheduled, and what Action Scheduler remembers of it. With orders themselves we keep nothing.
 */
final class Uninstall {

	/** On each site of a network. */
	public static function everywhere(): void {
		if ( ! is_multisite() ) {
			self::here();
			return;
		}
		foreach ( get_sites(
			[
				'fields' => 'ids',
				'number' => 0,
			]
		) as $site ) {
			switch_to_blog( $site );
			self::here();
			restore_current_blog();
		}
	}

	/** On this site. */
	private static function here(): void {
		global $wpdb;
		Schedule::clear();
		self::clear_action_scheduler();
		foreach ( [ Tables::outbox(), Tables::links() ] as $table ) {
			$wpdb->query( "DROP TABLE IF EXISTS $table" );
		}
		foreach ( [ Settings::OPTION, Tables::VERSION_OPTION, Outbox\Pause::OPTION, Orders\Sweep::OPTION ] as $option ) {
			delete_option( $option );
		}
	}

	/** Actions that are done, their log, and our group. WooCommerce may be gone already, its tables need not be. */
	private static function clear_action_scheduler(): void {
		global $wpdb;
		$groups  = $wpdb->prefix . 'actionscheduler_groups';
		$actions = $wpdb->prefix . 'actionscheduler_actions';
		$logs    = $wpdb->prefix . 'actionscheduler_logs';
		if ( $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $groups ) ) ) !== $groups ) {
			return;
		}
		$ours = $wpdb->prepare( "SELECT action_id FROM $actions AS a JOIN $groups AS g ON a.group_id = g.group_id WHERE g.slug = %s", Schedule::GROUP );
		$wpdb->query( "DELETE FROM $logs WHERE action_id IN ($ours)" );
		$wpdb->query( $wpdb->prepare( "DELETE a FROM $actions AS a JOIN $groups AS g ON a.group_id = g.group_id WHERE g.slug = %s", Schedule::GROUP ) );
		$wpdb->query( $wpdb->prepare( "DELETE FROM $groups WHERE slug = %s", Schedule::GROUP ) );
	}
}
