<?php
// includes/abstracts/abstract-wc-data.php: an object with meta of its own; includes/class-wc-datetime.php

class WC_DateTime extends DateTime {
	public function getOffsetTimestamp() { // phpcs:ignore -- its name.
		return $this->getTimestamp() + $this->getOffset();
	}
	public function date( $format ) {
		return gmdate( $format, $this->getOffsetTimestamp() );
	}
	public function __toString() {
		return $this->format( DATE_ATOM );
	}
}

class WC_Meta_Data {
	public function __construct( public $id, public $key, public $value ) {
	}
	public function get_data() {
		return get_object_vars( $this );
	}
}

abstract class WC_Data {
	protected $id      = 0;
	protected $changes = array();
	protected $meta;
	protected $data = array();

	public function get_id() {
		return $this->id;
	}
	public function get_data() {
		return array( 'id' => $this->id, ...$this->data );
	}
	public function get_changes() {
		return $this->changes;
	}
	public function apply_changes() {
		$this->data    = array_replace( $this->data, $this->changes );
		$this->changes = array();
	}
	protected function get_prop( $name ) {
		return $this->changes[ $name ] ?? $this->data[ $name ];
	}
	protected function set_prop( $name, $value ) {
		if ( ! array_key_exists( $name, $this->data ) ) {
			throw new LogicException( "No such property: $name" );
		}
		if ( $value !== $this->data[ $name ] || array_key_exists( $name, $this->changes ) ) {
			$this->changes[ $name ] = $value;
		}
	}

	public function get_meta_data() {
		return array_values( array_filter( $this->read_meta(), fn( $meta ) => null !== $meta->value ) );
	}
	public function get_meta( $key = '', $single = true, $context = 'view' ) {
		// is_internal_meta_key: what has a getter is not read as meta.
		if ( in_array( $key, array( '_billing_email', '_billing_phone', '_customer_user', '_order_key', '_date_completed', '_date_paid' ), true ) ) {
			wc_doing_it_wrong( __METHOD__, "Generic getters should not be used for $key.", '3.2' );
		}
		$values = array_column( array_filter( $this->get_meta_data(), fn( $meta ) => $meta->key === $key ), 'value' );
		return $single ? ( $values[0] ?? '' ) : $values;
	}
	public function meta_exists( $key = '' ) {
		return in_array( $key, array_column( $this->get_meta_data(), 'key' ), true );
	}
	public function add_meta_data( $key, $value, $unique = false ) {
		if ( $unique ) {
			$this->delete_meta_data( $key );
		}
		$this->read_meta();
		$this->meta[] = new WC_Meta_Data( 0, $key, $value );
	}
	public function update_meta_data( $key, $value, $meta_id = 0 ) {
		foreach ( $this->read_meta() as $meta ) {
			if ( $meta->key === $key ) {
				$meta->value = $value;
				return;
			}
		}
		$this->add_meta_data( $key, $value );
	}
	public function delete_meta_data( $key ) {
		foreach ( $this->read_meta() as $meta ) {
			$meta->value = $meta->key === $key ? null : $meta->value;
		}
	}
	private function read_meta() {
		return $this->meta ??= $this->id ? Stand_In_Store::read_meta( $this->id ) : array();
	}

	// Writing one meta saves the order anew, if nothing else has changed (OrdersTableDataStore: after_meta_change).
	public function save_meta_data() {
		$written = $this->id ? Stand_In_Store::write_meta( $this->id, $this->read_meta() ) : array();
		foreach ( $written as list( $done, $meta ) ) {
			do_action( "{$done}_order_meta", $meta->id, $this->id, $meta->key, $meta->value );
		}
		$this->meta = null;
		return $written;
	}
}
