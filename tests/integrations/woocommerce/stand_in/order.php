<?php
// includes/class-wc-order.php and includes/abstracts/abstract-wc-order.php

const STAND_IN_STATUSES = array( 'pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft' );

class WC_Product {
	public function __construct( private $name = 'Coffee', private $virtual = false ) {
	}
	public function set_name( $name ) {
		$this->name = $name;
	}
	public function get_name() {
		return $this->name;
	}
	public function set_regular_price( $price ) {
	}
	public function set_virtual( $virtual ) {
		$this->virtual = $virtual;
	}
	public function needs_shipping() {
		return apply_filters( 'woocommerce_product_needs_shipping', ! $this->virtual, $this );
	}
	public function get_image_id( $context = 'view' ) {
		return ''; // None, as of most.
	}
	public function get_id() {
		return 1; // Nothing is kept of it: it is in an order, or nowhere.
	}
	public function save() {
		return 1;
	}
}
class WC_Product_Simple extends WC_Product {
}

class WC_Order_Item_Product {
	public function __construct( private $name, private $quantity, private $virtual ) {
	}
	public function get_name() {
		return $this->name;
	}
	public function get_quantity() {
		return $this->quantity;
	}
	public function get_product() {
		return new WC_Product_Simple( $this->name, $this->virtual );
	}
}

class WC_Order_Item_Shipping {
	public function __construct( private $method ) {
	}
	public function get_method_id() {
		return $this->method;
	}
}

class WC_Order extends WC_Data {
	protected $data = array(
		'status'             => '',
		'customer_id'        => 0,
		'number'             => '',
		'order_key'          => '',
		'billing_first_name' => '',
		'billing_last_name'  => '',
		'billing_email'      => '',
		'billing_phone'      => '',
		'customer_note'      => '',
		'payment_method'     => '',
		'shipping_method'    => '',
		'items'              => array(),
		'refunded'           => array(),
		'date_created'       => null,
		'date_modified'      => null,
		'date_paid'          => null,
		'date_completed'     => null,
	);
	private $transition  = false;

	public function __construct( $order = 0 ) {
		$id = $order instanceof self ? $order->get_id() : (int) $order;
		if ( $id ) {
			$kept = Stand_In_Store::read( $id );
			if ( ! $kept ) {
				throw new Exception( 'Invalid order.' );
			}
			$this->id   = $id;
			$this->data = array_replace( $this->data, $kept );
		}
	}

	public function __call( $name, $arguments ) {
		$prop = substr( $name, 4 );
		if ( ! array_key_exists( $prop, $this->data ) || in_array( $prop, array( 'number', 'items', 'refunded', 'shipping_method' ), true ) ) {
			throw new Error( "Call to undefined method WC_Order::$name()" );
		}
		if ( str_starts_with( $name, 'set_' ) ) {
			return $this->set_prop( $prop, str_starts_with( $prop, 'date_' ) ? self::timestamp( $arguments[0] ) : $arguments[0] );
		}
		$value = $this->get_prop( $prop );
		return str_starts_with( $prop, 'date_' ) && null !== $value ? self::date( $value ) : $value;
	}
	public function get_status( $context = 'view' ) {
		return $this->get_prop( 'status' ) ?: ( 'view' === $context ? 'pending' : '' );
	}
	public function get_type() {
		return 'shop_order';
	}
	public function get_user_id() {
		return $this->get_customer_id();
	}
	public function get_order_number() {
		return (string) apply_filters( 'woocommerce_order_number', (string) $this->id, $this );
	}
	public function get_items( $types = 'line_item' ) {
		$items = array_map( fn( $item ) => new WC_Order_Item_Product( ...$item ), $this->get_prop( 'items' ) );
		return 'line_item' === $types ? $items : array();
	}
	public function get_item_count( $item_type = '' ) {
		return apply_filters( 'woocommerce_get_item_count', array_sum( array_map( fn( $item ) => $item->get_quantity(), $this->get_items() ) ), $item_type, $this );
	}
	// A refunded quantity is negative, as in WC_Order: get_qty_refunded_for_item. By the item's place.
	public function get_qty_refunded_for_item( $item_id, $item_type = 'line_item' ) {
		return -1 * ( $this->get_prop( 'refunded' )[ $item_id ] ?? 0 );
	}
	public function get_shipping_methods() {
		return $this->get_prop( 'shipping_method' ) ? array( new WC_Order_Item_Shipping( $this->get_prop( 'shipping_method' ) ) ) : array();
	}
	public function has_status( $status ) {
		return in_array( $this->get_status(), (array) $status, true );
	}
	public function key_is_valid( $key ) {
		return hash_equals( $this->get_order_key(), $key );
	}
	public function get_checkout_order_received_url() {
		$page = wc_get_page_permalink( 'checkout' ) . "order-received/$this->id/";
		return add_query_arg( 'key', $this->get_order_key(), $page );
	}
	public function get_checkout_payment_url( $on_checkout = false ) {
		$page = wc_get_page_permalink( 'checkout' ) . "order-pay/$this->id/";
		$url  = add_query_arg( ( $on_checkout ? array() : array( 'pay_for_order' => 'true' ) ) + array( 'key' => $this->get_order_key() ), $page );
		return apply_filters( 'woocommerce_get_checkout_payment_url', $url, $this );
	}
	// As WC_Order does, but for the total: nothing in here costs nothing.
	public function needs_payment() {
		$payable = apply_filters( 'woocommerce_valid_order_statuses_for_payment', array( 'pending', 'failed' ), $this );
		return apply_filters( 'woocommerce_order_needs_payment', $this->has_status( $payable ), $this, $payable );
	}
	public function get_edit_order_url() {
		return admin_url( "admin.php?page=wc-orders&action=edit&id=$this->id" );
	}
	public function get_view_order_url() {
		return wc_get_account_endpoint_url( "view-order/$this->id" );
	}

	public function set_status( $new_status, $note = '', $manual_update = false ) {
		$from = $this->get_status();
		$to   = preg_replace( '/^wc-/', '', $new_status );
		$to   = isset( wc_get_order_statuses()[ "wc-$to" ] ) || in_array( $to, array( 'auto-draft', 'trash', 'checkout-draft' ), true ) ? $to : 'pending';
		$this->set_prop( 'status', $to );
		if ( $this->id && $from !== $to ) {
			$from             = isset( wc_get_order_statuses()[ "wc-$from" ] ) ? $from : 'pending'; // A draft counts as pending.
			$this->transition = array( 'from' => $this->transition['from'] ?? $from, 'to' => $to, 'note' => $note, 'manual' => $manual_update );
			if ( in_array( $to, array( 'processing', 'completed' ), true ) && ! $this->get_date_paid() ) {
				$this->set_date_paid( time() );
			}
			if ( 'completed' === $to ) {
				$this->set_date_completed( time() );
			}
		}
		return array( 'from' => $from, 'to' => $to );
	}
	public function update_status( $new_status, $note = '', $manual = false ) {
		$this->set_status( $new_status, $note, $manual );
		$this->save();
		return true;
	}
	public function payment_complete( $transaction_id = '' ) {
		$this->set_status( 'processing' );
		$this->save();
		do_action( 'woocommerce_payment_complete', $this->id, $transaction_id );
		return true;
	}

	// The order of things is WC_Abstract_Order: save's, then WC_Order: status_transition's.
	public function save() {
		do_action( 'woocommerce_before_order_object_save', $this, null );
		$previous = $this->data['status'];
		$is_new   = ! $this->id;
		$this->set_prop( 'status', $this->get_status() );
		$this->set_prop( 'order_key', $this->get_order_key() ?: 'wc_order_' . wp_generate_password( 13, false ) );
		$this->set_date_created( $this->get_date_created() ?? time() );
		if ( $this->changes || $is_new ) {
			$this->set_date_modified( time() );
		}
		$changes  = $this->changes;
		$this->id = Stand_In_Store::write( $this->id, array_replace( $this->data, $changes ) );
		$this->save_meta_data();
		$this->apply_changes();
		$draft  = array( '', 'new', 'auto-draft', 'draft', 'checkout-draft' );
		$status = $this->get_status();
		if ( ! in_array( $status, $draft, true ) && ( $is_new || in_array( $previous, $draft, true ) ) ) {
			do_action( 'woocommerce_new_order', $this->id, $this );
		} elseif ( ! $is_new && ! in_array( 'trash', array( $status, $previous ), true ) ) {
			do_action( 'woocommerce_update_order', $this->id, $this );
		}
		do_action( 'woocommerce_after_order_object_save', $this, null );
		$this->status_transition();
		return $this->id;
	}
	// OrdersTableDataStore: after_meta_change. What changes meta alone saves the order, in a later second.
	public function save_meta_data() {
		$written = parent::save_meta_data();
		if ( $written && ! $this->changes && $this->get_date_modified() && $this->get_date_modified()->getTimestamp() < time() ) {
			$this->set_date_modified( time() );
			$this->save();
		}
	}
	public function delete( $force_delete = false ) {
		$id = $this->id;
		if ( $force_delete ) {
			do_action( 'woocommerce_before_delete_order', $id, $this );
			Stand_In_Store::delete( $id );
			$this->id = 0;
			do_action( 'woocommerce_delete_order', $id );
		} else {
			do_action( 'woocommerce_before_trash_order', $id, $this );
			$this->set_prop( 'status', 'trash' );
			$this->save();
			do_action( 'woocommerce_trash_order', $id );
		}
		return true;
	}
	// For the tests, by the names that their PHP has for WooCommerce's own.
	public function add_product( $product, $qty = 1 ) {
		$this->set_prop( 'items', array( ...$this->get_prop( 'items' ), array( $product->get_name(), $qty, ! $product->needs_shipping() ) ) );
	}

	private function status_transition() {
		$transition       = $this->transition;
		$this->transition = false;
		if ( $transition ) {
			do_action( "woocommerce_order_status_{$transition['to']}", $this->id, $this, $transition );
			do_action( "woocommerce_order_status_{$transition['from']}_to_{$transition['to']}", $this->id, $this );
			do_action( 'woocommerce_order_status_changed', $this->id, $transition['from'], $transition['to'], $this );
		}
	}
	private static function timestamp( $date ) {
		return $date instanceof DateTimeInterface ? $date->getTimestamp() : ( is_string( $date ) ? strtotime( "$date UTC" ) : $date );
	}
	private static function date( $timestamp ) {
		return ( new WC_DateTime( "@$timestamp" ) )->setTimezone( wp_timezone() );
	}
}

class WC_Order_Refund extends WC_Order {
	public function get_type() {
		return 'shop_order_refund';
	}
}

// includes/wc-order-functions.php
function wc_get_order_statuses() {
	$names = array_map( 'ucfirst', array_combine( STAND_IN_STATUSES, STAND_IN_STATUSES ) );
	unset( $names['checkout-draft'] ); // DraftOrders keeps it from view.
	return apply_filters( 'wc_order_statuses', array_combine( array_map( fn( $status ) => "wc-$status", array_keys( $names ) ), $names ) );
}

function wc_get_order( $the_order = false ) {
	if ( ! did_action( 'init' ) && ! doing_action( 'init' ) ) { // Its own condition: the types of posts are there.
		wc_doing_it_wrong( __FUNCTION__, 'wc_get_order should not be called before post types are registered.', '2.5' );
		return false;
	}
	$id = $the_order instanceof WC_Order ? $the_order->get_id() : (int) $the_order;
	return $id && Stand_In_Store::is_order( $id ) ? new WC_Order( $id ) : false;
}

function wc_get_orders( $args ) {
	return Stand_In_Store::query( $args );
}

function wc_create_order( $args = array() ) {
	$order = new WC_Order();
	$order->set_customer_id( $args['customer_id'] ?? 0 );
	$order->set_status( $args['status'] ?? 'pending' );
	$order->save();
	return $order;
}
