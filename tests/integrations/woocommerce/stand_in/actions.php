<?php
// Action Scheduler's functions with its semantics. Names of its files are those of WooCommerce's
// packages/action-scheduler. It keeps four tables; these have the columns that are asked here.

const AS_TABLES = array(
	'actions' => "action_id bigint unsigned NOT NULL auto_increment PRIMARY KEY, hook varchar(191) NOT NULL,
		status varchar(20) NOT NULL, scheduled_date_gmt datetime NULL, scheduled_date_local datetime NULL, priority tinyint unsigned NOT NULL DEFAULT 10,
		args varchar(191), extended_args varchar(8000) NULL, group_id bigint unsigned NOT NULL DEFAULT 0,
		attempts int NOT NULL DEFAULT 0, claim_id bigint unsigned NOT NULL DEFAULT 0, is_async tinyint NOT NULL,
		interval_seconds int NOT NULL DEFAULT 0",
	'claims'  => 'claim_id bigint unsigned NOT NULL auto_increment PRIMARY KEY, date_created_gmt datetime NULL',
	'groups'  => 'group_id bigint unsigned NOT NULL auto_increment PRIMARY KEY, slug varchar(255) NOT NULL',
	'logs'    => 'log_id bigint unsigned NOT NULL auto_increment PRIMARY KEY, action_id bigint unsigned NOT NULL,
		message text NOT NULL, log_date_gmt datetime NULL',
);

// functions.php; the first parameter of the second is when.
function as_enqueue_async_action( $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) {
	return ActionScheduler::create( __FUNCTION__, null, $hook, $args, $group, $unique, $priority );
}
function as_schedule_single_action( $timestamp, $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) {
	return ActionScheduler::create( __FUNCTION__, $timestamp, $hook, $args, $group, $unique, $priority );
}
function as_schedule_recurring_action( $timestamp, $interval_in_seconds, $hook, $args = array(), $group = '', $unique = false, $priority = 10 ) {
	return ActionScheduler::create( __FUNCTION__, $timestamp, $hook, $args, $group, $unique, $priority, $interval_in_seconds );
}
function as_unschedule_action( $hook, $args = array(), $group = '' ) {
	$found = ActionScheduler::is_initialized( __FUNCTION__ ) ? ActionScheduler::find( $hook, $args, $group, array( 'pending' ) ) : null;
	if ( $found ) {
		ActionScheduler::mark( $found->action_id, 'canceled', 'action canceled' );
	}
	return $found ? (int) $found->action_id : null;
}
function as_unschedule_all_actions( $hook, $args = array(), $group = '' ) {
	$args = empty( $args ) && ( empty( $hook ) || empty( $group ) ) ? null : $args; // By hook or by group alone, with any.
	do {
		$done = ActionScheduler::is_initialized( __FUNCTION__ ) ? as_unschedule_action( $hook, $args, $group ) : null;
	} while ( $done );
}
function as_next_scheduled_action( $hook, $args = null, $group = '' ) {
	if ( ! ActionScheduler::is_initialized( __FUNCTION__ ) ) {
		return false;
	}
	if ( ActionScheduler::find( $hook, $args, $group, array( 'in-progress' ) ) ) {
		return true;
	}
	$found = ActionScheduler::find( $hook, $args, $group, array( 'pending' ) );
	return $found && ! $found->is_async ? strtotime( $found->scheduled_date_gmt . ' UTC' ) : (bool) $found;
}
function as_has_scheduled_action( $hook, $args = null, $group = '' ) {
	return ActionScheduler::is_initialized( __FUNCTION__ )
		&& ActionScheduler::find( $hook, $args, $group, array( 'in-progress', 'pending' ) );
}

// Of the arguments these; `date` as a text in UTC, with `date_compare`.
function as_get_scheduled_actions( $args = array(), $return_format = OBJECT ) {
	global $wpdb;
	if ( ! ActionScheduler::is_initialized( __FUNCTION__ ) ) {
		return array();
	}
	if ( 'ids' !== $return_format || array_diff( array_keys( $args ), array( 'hook', 'group', 'status', 'args', 'date', 'date_compare', 'per_page' ) ) ) {
		throw new LogicException( 'The stand-in does not know this of as_get_scheduled_actions.' );
	}
	$compare = in_array( $args['date_compare'] ?? '<=', array( '!=', '>', '>=', '<', '<=', '=' ), true ) ? $args['date_compare'] ?? '<=' : '<=';
	$where   = isset( $args['date'] ) ? $wpdb->prepare( "scheduled_date_gmt $compare %s", $args['date'] ) : '1 = 1';
	$found   = ActionScheduler::where( $args['hook'] ?? '', $args['args'] ?? null, $args['group'] ?? '', (array) ( $args['status'] ?? array() ) );
	return array_map( 'intval', $wpdb->get_col( "SELECT action_id FROM {$wpdb->prefix}actionscheduler_actions WHERE $found AND $where ORDER BY scheduled_date_gmt LIMIT " . (int) ( $args['per_page'] ?? 5 ) ) );
}

// classes/abstracts/ActionScheduler_Store.php
abstract class ActionScheduler_Store {
	const STATUS_COMPLETE = 'complete';
	const STATUS_PENDING  = 'pending';
	const STATUS_RUNNING  = 'in-progress';
	const STATUS_FAILED   = 'failed';
	const STATUS_CANCELED = 'canceled';
}

final class ActionScheduler {
	private static $ready = false;

	public static function set_up() {
		global $wpdb;
		foreach ( AS_TABLES as $name => $columns ) {
			$wpdb->query( "CREATE TABLE IF NOT EXISTS {$wpdb->prefix}actionscheduler_$name ($columns)" );
		}
	}

	// classes/abstracts/ActionScheduler.php: init, at priority 1 of WordPress's own.
	public static function start() {
		self::$ready = true;
		do_action( 'action_scheduler_init' );
	}

	// The same file: whoever calls too early is told so, and nothing is done.
	public static function is_initialized( $function_name = null ) {
		if ( ! self::$ready && $function_name ) {
			_doing_it_wrong( $function_name, 'It was called before the data store was initialized.', '3.1.6' );
		}
		return self::$ready;
	}

	public static function create( $caller, $timestamp, $hook, $args, $group, $unique, $priority, $interval = 0 ) {
		global $wpdb;
		if ( ! self::is_initialized( $caller ) ) {
			return 0;
		}
		$json = wp_json_encode( $args );
		if ( strlen( $json ) > 8000 ) { // ActionScheduler_Store::validate_action
			return 0;
		}
		// ActionScheduler_DBStore::build_where_clause_for_insert: unique is by hook and group, whatever the
		// arguments are, and the action that runs right now is one too.
		if ( $unique && self::find( $hook, null, $group, array( 'in-progress', 'pending' ) ) ) {
			return 0;
		}
		$row = array(
			'hook'               => $hook,
			'status'             => 'pending',
			'scheduled_date_gmt' => gmdate( 'Y-m-d H:i:s', $timestamp ?? time() ),
			'priority'           => $priority,
			'args'               => strlen( $json ) > 191 ? md5( $json ) : $json,
			'extended_args'      => strlen( $json ) > 191 ? $json : null,
			'group_id'           => self::group( $group, true ),
			'is_async'           => (int) ( null === $timestamp ),
			'interval_seconds'   => (int) $interval,
		);
		$wpdb->insert( "{$wpdb->prefix}actionscheduler_actions", $row );
		$id = $wpdb->insert_id;
		self::log( $id, 'action created' );
		return $id;
	}

	public static function find( $hook, $args, $group, $statuses ) {
		global $wpdb;
		$where = self::where( $hook, $args, $group, $statuses );
		return $wpdb->get_row( "SELECT * FROM {$wpdb->prefix}actionscheduler_actions WHERE $where ORDER BY scheduled_date_gmt, action_id LIMIT 1" );
	}

	public static function where( $hook, $args, $group, $statuses ) {
		global $wpdb;
		$where = $statuses ? "status IN ('" . implode( "', '", $statuses ) . "')" : '1 = 1';
		if ( $hook ) {
			$where .= $wpdb->prepare( ' AND hook = %s', $hook );
		}
		if ( is_array( $args ) ) {
			$json   = wp_json_encode( $args );
			$where .= $wpdb->prepare( ' AND args = %s', strlen( $json ) > 191 ? md5( $json ) : $json );
		}
		if ( $group ) {
			$where .= $wpdb->prepare( ' AND group_id = %d', self::group( $group, false ) );
		}
		return $where;
	}

	public static function mark( $id, $status, $message ) {
		global $wpdb;
		$wpdb->update( "{$wpdb->prefix}actionscheduler_actions", array( 'status' => $status ), array( 'action_id' => $id ) );
		self::log( $id, $message );
	}

	// classes/ActionScheduler_QueueRunner.php: run. A failure is recorded and stays: nothing tries again.
	public static function run() {
		global $wpdb;
		$actions = "{$wpdb->prefix}actionscheduler_actions";
		$due     = "SELECT * FROM $actions WHERE status = 'pending' AND scheduled_date_gmt <= UTC_TIMESTAMP()
			ORDER BY priority, attempts, scheduled_date_gmt, action_id LIMIT 1";
		while ( $action = $wpdb->get_row( $due ) ) {
			$wpdb->query( "UPDATE $actions SET attempts = attempts + 1 WHERE action_id = $action->action_id" );
			self::mark( $action->action_id, 'in-progress', 'action started via WP Cron' );
			try {
				if ( ! has_action( $action->hook ) ) {
					throw new Exception( "Scheduled action for $action->hook will not be executed as no callbacks are registered." );
				}
				do_action_ref_array( $action->hook, array_values( json_decode( $action->extended_args ?? $action->args, true ) ) );
				self::mark( $action->action_id, 'complete', 'action complete via WP Cron' );
			} catch ( Throwable $error ) {
				self::mark( $action->action_id, 'failed', 'action failed via WP Cron: ' . $error->getMessage() );
				do_action( 'action_scheduler_failed_execution', $action->action_id, new Exception( $error->getMessage() ), 'WP Cron' );
			}
			if ( $action->interval_seconds ) {
				$next = $wpdb->prepare( 'UTC_TIMESTAMP() + INTERVAL %d SECOND', $action->interval_seconds );
				$wpdb->query( "INSERT INTO $actions (hook, status, scheduled_date_gmt, priority, args, group_id, is_async, interval_seconds)
					SELECT hook, 'pending', $next, priority, args, group_id, 0, interval_seconds FROM $actions WHERE action_id = $action->action_id" );
			}
		}
	}

	private static function group( $slug, $make ) {
		global $wpdb;
		$groups = "{$wpdb->prefix}actionscheduler_groups";
		$id     = $slug ? $wpdb->get_var( $wpdb->prepare( "SELECT group_id FROM $groups WHERE slug = %s", $slug ) ) : 0;
		if ( null === $id && $make ) {
			$wpdb->insert( $groups, array( 'slug' => $slug ) );
			$id = $wpdb->insert_id;
		}
		return (int) $id;
	}

	private static function log( $id, $message ) {
		global $wpdb;
		$row = array( 'action_id' => $id, 'message' => $message, 'log_date_gmt' => gmdate( 'Y-m-d H:i:s' ) );
		$wpdb->insert( "{$wpdb->prefix}actionscheduler_logs", $row );
	}
}

add_action( 'init', array( 'ActionScheduler', 'start' ), 1 );
add_action( 'action_scheduler_run_queue', array( 'ActionScheduler', 'run' ) ); // What WP-Cron calls each minute.
