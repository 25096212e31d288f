<?php
// Where orders are: in tables of their own (HPOS; src/Internal/DataStores/Orders/OrdersTableDataStore.php), or as posts
// (includes/data-stores/class-wc-order-data-store-cpt.php). Whoever goes around it is stopped.

use Automattic\WooCommerce\Utilities\OrderUtil;

final class Stand_In_Store {
	private static bool $within = false;

	public static function set_up() {
		global $wpdb;
		$wpdb->query( "CREATE TABLE IF NOT EXISTS {$wpdb->prefix}wc_orders (id bigint unsigned PRIMARY KEY, status varchar(20),
			type varchar(20), customer_id bigint unsigned, billing_email varchar(320), date_created_gmt datetime, date_updated_gmt datetime, props longtext)" );
		$wpdb->query( "CREATE TABLE IF NOT EXISTS {$wpdb->prefix}wc_orders_meta (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
			order_id bigint unsigned, meta_key varchar(255), meta_value longtext, KEY meta_key_value (meta_key(100)))" );
	}

	public static function is_order( int $id ): bool {
		return null !== self::read( $id );
	}

	public static function read( int $id ): ?array {
		global $wpdb;
		if ( ! OrderUtil::custom_orders_table_usage_is_enabled() ) {
			$kept = $wpdb->get_var( $wpdb->prepare( "SELECT post_content FROM $wpdb->posts WHERE post_type = 'shop_order' AND ID = %d", $id ) );
			return null === $kept ? null : json_decode( $kept, true );
		}
		$row = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM {$wpdb->prefix}wc_orders WHERE id = %d", $id ) );
		return null === $row ? null : array(
			...json_decode( $row->props, true ),
			'date_created'  => strtotime( "$row->date_created_gmt UTC" ),
			'date_modified' => strtotime( "$row->date_updated_gmt UTC" ),
		);
	}

	public static function write( int $id, array $props ): int {
		global $wpdb;
		$is_hpos = OrderUtil::custom_orders_table_usage_is_enabled();
		return self::within(
			function () use ( $id, $props, $is_hpos, $wpdb ) {
				// With HPOS too an order has a post, which holds its id and nothing else.
				$post = $is_hpos
					? array( 'post_type' => 'shop_order_placehold', 'post_status' => 'draft' )
					: array( 'post_type' => 'shop_order', 'post_status' => "wc-{$props['status']}", 'post_content' => wp_slash( wp_json_encode( $props ) ), 'post_title' => 'Order' );
				if ( ! $id ) {
					$id = wp_insert_post( $post );
				} elseif ( ! $is_hpos ) {
					wp_update_post( array( 'ID' => $id, ...$post ) );
				}
				if ( $is_hpos ) {
					$row = array(
						'id'               => $id,
						'status'           => 'trash' === $props['status'] ? 'trash' : "wc-{$props['status']}",
						'type'             => 'shop_order',
						'customer_id'      => $props['customer_id'],
						'billing_email'    => $props['billing_email'],
						'date_created_gmt' => gmdate( 'Y-m-d H:i:s', $props['date_created'] ),
						'date_updated_gmt' => gmdate( 'Y-m-d H:i:s', $props['date_modified'] ),
						'props'            => wp_json_encode( $props ),
					);
					$wpdb->replace( "{$wpdb->prefix}wc_orders", $row );
				}
				return $id;
			}
		);
	}

	public static function delete( int $id ): void {
		global $wpdb;
		self::within( fn() => wp_delete_post( $id, true ) );
		$wpdb->delete( "{$wpdb->prefix}wc_orders", array( 'id' => $id ) );
		$wpdb->delete( "{$wpdb->prefix}wc_orders_meta", array( 'order_id' => $id ) );
	}

	public static function read_meta( int $id ): array {
		global $wpdb;
		list( $table, $key, $of ) = self::meta_table();
		$rows                     = $wpdb->get_results( $wpdb->prepare( "SELECT $key AS id, meta_key, meta_value FROM $table WHERE $of = %d ORDER BY $key", $id ) );
		return array_map( fn( $row ) => new WC_Meta_Data( (int) $row->id, $row->meta_key, maybe_unserialize( $row->meta_value ) ), $rows );
	}

	// What was added, updated or deleted: pairs of that word and the meta.
	public static function write_meta( int $id, array $metas ): array {
		global $wpdb;
		list( $table, $key, $of ) = self::meta_table();
		$before                   = array_column( self::read_meta( $id ), 'value', 'id' );
		$done                     = array();
		foreach ( $metas as $meta ) {
			$row = array( $of => $id, 'meta_key' => $meta->key, 'meta_value' => maybe_serialize( $meta->value ) ); // phpcs:ignore
			if ( ! $meta->id && null !== $meta->value ) {
				$wpdb->insert( $table, $row );
				$meta->id = $wpdb->insert_id;
				$done[]   = array( 'added', $meta );
			} elseif ( $meta->id && null === $meta->value ) {
				$wpdb->delete( $table, array( $key => $meta->id ) );
				$done[] = array( 'deleted', $meta );
			} elseif ( $meta->id && $before[ $meta->id ] !== $meta->value ) {
				$wpdb->update( $table, $row, array( $key => $meta->id ) );
				$done[] = array( 'updated', $meta );
			}
		}
		if ( ! OrderUtil::custom_orders_table_usage_is_enabled() ) { // There WordPress tells of it as well.
			wp_cache_delete( $id, 'post_meta' );
			array_map( fn( $pair ) => do_action( "{$pair[0]}_post_meta", $pair[1]->id, $id, $pair[1]->key, $pair[1]->value ), $done );
		}
		return $done;
	}

	// includes/class-wc-order-query.php, for these arguments alone.
	public static function query( array $args ) {
		global $wpdb;
		$known = array( 'limit', 'page', 'paged', 'offset', 'status', 'type', 'customer_id', 'customer', 'billing_email', 'date_created', 'date_modified', 'orderby', 'order', 'return', 'exclude', 'parent' );
		if ( $unknown = array_diff( array_keys( $args ), $known ) ) {
			throw new LogicException( 'The stand-in does not know these arguments of wc_get_orders: ' . implode( ', ', $unknown ) );
		}
		$ids    = OrderUtil::custom_orders_table_usage_is_enabled()
			? $wpdb->get_col( "SELECT id FROM {$wpdb->prefix}wc_orders WHERE status <> 'trash' ORDER BY id" )
			: $wpdb->get_col( "SELECT ID FROM $wpdb->posts WHERE post_type = 'shop_order' AND post_status <> 'trash' ORDER BY ID" );
		$orders = array_values( array_filter( array_map( fn( $id ) => new WC_Order( (int) $id ), $ids ), fn( $order ) => self::fits( $order, $args ) ) );
		$by     = in_array( $args['orderby'] ?? 'date', array( 'id', 'ID' ), true ) ? 'get_id' : ( 'modified' === ( $args['orderby'] ?? '' ) ? 'get_date_modified' : 'get_date_created' );
		usort( $orders, fn( $one, $other ) => $one->$by() <=> $other->$by() );
		$orders = 'ASC' === strtoupper( $args['order'] ?? 'DESC' ) ? $orders : array_reverse( $orders );
		$limit  = (int) ( $args['limit'] ?? get_option( 'posts_per_page' ) );
		$from   = $args['offset'] ?? ( max( 1, $args['page'] ?? $args['paged'] ?? 1 ) - 1 ) * max( 0, $limit );
		$orders = array_slice( $orders, $from, $limit > 0 ? $limit : null );
		return 'ids' === ( $args['return'] ?? 'objects' ) ? array_map( fn( $order ) => $order->get_id(), $orders ) : $orders;
	}

	private static function fits( WC_Order $order, array $args ): bool {
		$statuses = array_map( fn( $status ) => preg_replace( '/^wc-/', '', $status ), (array) ( $args['status'] ?? array_keys( wc_get_order_statuses() ) ) );
		$customer = $args['customer_id'] ?? ( is_numeric( $args['customer'] ?? null ) ? $args['customer'] : null );
		$email    = $args['billing_email'] ?? ( is_string( $args['customer'] ?? null ) && ! is_numeric( $args['customer'] ) ? $args['customer'] : null );
		return ( in_array( 'any', $statuses, true ) || in_array( $order->get_status(), $statuses, true ) )
			&& in_array( 'shop_order', (array) ( $args['type'] ?? 'shop_order' ), true )
			&& ( null === $customer || (int) $customer === (int) $order->get_customer_id() )
			&& ( null === $email || $email === $order->get_billing_email() )
			&& ! in_array( $order->get_id(), $args['exclude'] ?? array(), true )
			&& self::is_in( $order->get_date_created(), $args['date_created'] ?? '' )
			&& self::is_in( $order->get_date_modified(), $args['date_modified'] ?? '' );
	}

	// WC_Data_Store_WP: parse_date_for_wp_query; Unix times as in ">1700000000" and "1…2" with three dots.
	private static function is_in( $date, $range ): bool {
		$at = $date ? $date->getTimestamp() : 0;
		if ( preg_match( '/^(\d+)\.\.\.(\d+)$/', (string) $range, $found ) ) {
			return $at >= $found[1] && $at <= $found[2];
		}
		if ( ! preg_match( '/^(>=|<=|>|<)?(\d+)$/', (string) $range, $found ) ) {
			return '' === $range || throw new LogicException( "The stand-in does not know this range of dates: $range" );
		}
		return match ( $found[1] ) { '>' => $at > $found[2], '>=' => $at >= $found[2], '<' => $at < $found[2], '<=' => $at <= $found[2], default => $at === (int) $found[2] };
	}

	private static function meta_table(): array {
		global $wpdb;
		return OrderUtil::custom_orders_table_usage_is_enabled()
			? array( "{$wpdb->prefix}wc_orders_meta", 'id', 'order_id' )
			: array( $wpdb->postmeta, 'meta_id', 'post_id' );
	}

	private static function within( callable $work ) {
		list( $before, self::$within ) = array( self::$within, true );
		try {
			return $work();
		} finally {
			self::$within = $before;
		}
	}

	// Our plugin may touch neither the meta of an order's post nor ask for such posts: with HPOS both find nothing.
	public static function guard( $value, $post_id = 0 ) {
		$types = array( 'shop_order', 'shop_order_placehold' );
		if ( $post_id && self::is_ours() && in_array( get_post_type( $post_id ), $types, true ) ) {
			throw new LogicException( 'The meta of an order was touched as that of a post: it has to go through WC_Order.' );
		}
		return $value;
	}
	private static function is_ours(): bool {
		$files = array_column( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ), 'file' );
		return ! self::$within && (bool) preg_grep( '#/plugins/trackline-for-woocommerce/#', $files );
	}
	public static function guard_query( WP_Query $query ) {
		if ( self::is_ours() && in_array( 'shop_order', (array) $query->get( 'post_type' ), true ) ) {
			throw new LogicException( 'Orders were asked for as posts: it has to be wc_get_orders.' );
		}
	}
}

foreach ( array( 'get', 'add', 'update', 'delete' ) as $deed ) {
	add_filter( "{$deed}_post_metadata", array( 'Stand_In_Store', 'guard' ), 0, 2 );
}
add_action( 'pre_get_posts', array( 'Stand_In_Store', 'guard_query' ), 0 );
add_action( 'init', fn() => register_post_type( 'shop_order', array( 'public' => false ) ), 5 );
