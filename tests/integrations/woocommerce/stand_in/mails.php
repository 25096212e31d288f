<?php
// includes/class-wc-emails.php, includes/emails/class-wc-email.php and the templates' hooks

class WC_Email {
	public $object;

	public function __construct( public $id, private string $heading, private array $after, private bool $to_admin = false ) {
		foreach ( $after as $action ) {
			add_action( "{$action}_notification", array( $this, 'trigger' ), 10, 2 );
		}
	}
	public function is_customer_email() {
		return ! $this->to_admin;
	}
	public function get_email_type() {
		return get_option( "woocommerce_{$this->id}_settings", array() )['email_type'] ?? 'html';
	}
	public function trigger( $order_id, $order = false ) {
		$this->object = $order instanceof WC_Order ? $order : wc_get_order( $order_id );
		$to           = $this->to_admin ? get_option( 'admin_email' ) : $this->object->get_billing_email();
		if ( $to ) {
			$plain = 'plain' === $this->get_email_type();
			$type  = $plain ? 'text/plain' : 'text/html';
			wp_mail( $to, "$this->heading #{$this->object->get_order_number()}", $this->content( $plain ), "Content-Type: $type; charset=UTF-8\r\n" );
		}
	}
	// templates/emails/customer-processing-order.php and emails/plain; the table is templates/emails/email-order-details.php.
	private function content( bool $plain ): string {
		ob_start();
		echo $plain ? "$this->heading\n\n" : '<html><body><h1>' . esc_html( $this->heading ) . '</h1>';
		do_action( 'woocommerce_email_order_details', $this->object, $this->to_admin, $plain, $this );
		do_action( 'woocommerce_email_order_meta', $this->object, $this->to_admin, $plain, $this );
		do_action( 'woocommerce_email_customer_details', $this->object, $this->to_admin, $plain, $this );
		echo $plain ? '' : '</body></html>';
		return ob_get_clean();
	}
}

final class WC_Emails {
	private array $emails;

	public static function instance() {
		static $instance;
		return $instance ??= new self();
	}
	public function __construct() {
		add_action( 'woocommerce_email_order_details', array( $this, 'order_details' ), 10, 4 );
		$paid         = array( 'woocommerce_order_status_pending_to_processing', 'woocommerce_order_status_on-hold_to_processing', 'woocommerce_order_status_failed_to_processing' );
		$this->emails = array(
			'WC_Email_New_Order'                 => new WC_Email( 'new_order', 'New order', $paid, true ),
			'WC_Email_Customer_Processing_Order' => new WC_Email( 'customer_processing_order', 'Thank you for your order', $paid ),
			'WC_Email_Customer_Completed_Order'  => new WC_Email( 'customer_completed_order', 'Good things are heading your way!', array( 'woocommerce_order_status_completed' ) ),
		);
		do_action( 'woocommerce_email', $this );
	}
	public function get_emails() {
		return $this->emails;
	}
	public function order_details( $order, $sent_to_admin = false, $plain_text = false, $email = '' ) {
		do_action( 'woocommerce_email_before_order_table', $order, $sent_to_admin, $plain_text, $email );
		$line = "Order #{$order->get_order_number()}, {$order->get_item_count()} items";
		echo $plain_text ? "$line\n" : '<table><tr><td>' . esc_html( $line ) . '</td></tr></table>'; // phpcs:ignore
		do_action( 'woocommerce_email_after_order_table', $order, $sent_to_admin, $plain_text, $email );
	}
	public static function send_transactional_email( ...$args ) {
		self::instance();
		do_action_ref_array( current_filter() . '_notification', $args );
	}
}

foreach ( array( 'pending_to_processing', 'on-hold_to_processing', 'failed_to_processing', 'completed' ) as $change ) {
	add_action( "woocommerce_order_status_$change", array( 'WC_Emails', 'send_transactional_email' ), 10, 10 );
}

// includes/wc-formatting-functions.php
function wc_hex_is_light( $color ) {
	list( $red, $green, $blue ) = array_map( 'hexdec', str_split( ltrim( $color, '#' ), 2 ) );
	return ( $red * 299 + $green * 587 + $blue * 114 ) / 1000 > 155;
}
function wc_light_or_dark( $color, $dark = '#000000', $light = '#FFFFFF' ) {
	return wc_hex_is_light( $color ) ? $dark : $light;
}
