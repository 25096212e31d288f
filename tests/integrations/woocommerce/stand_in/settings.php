<?php
// includes/abstracts/abstract-wc-settings-api.php, abstract-wc-integration.php, includes/class-wc-integrations.php, and
// the page WooCommerce → Settings → Integration.

abstract class WC_Settings_API {
	public $plugin_id   = 'woocommerce_';
	public $id          = '';
	public $settings    = array();
	public $form_fields = array();
	public $errors      = array();

	public function init_form_fields() {
	}
	public function get_form_fields() {
		return apply_filters( "woocommerce_settings_api_form_fields_$this->id", array_map( fn( $field ) => array( 'default' => '', ...$field ), $this->form_fields ) );
	}
	public function get_option_key() {
		return $this->plugin_id . $this->id . '_settings';
	}
	public function get_field_key( $key ) {
		return $this->plugin_id . $this->id . '_' . $key;
	}
	public function init_settings() {
		$this->settings = get_option( $this->get_option_key(), null );
		if ( ! is_array( $this->settings ) ) {
			$this->settings = wp_list_pluck( $this->get_form_fields(), 'default' );
		}
	}
	public function get_option( $key, $empty_value = null ) {
		if ( empty( $this->settings ) ) {
			$this->init_settings();
		}
		$value = $this->settings[ $key ] ??= $this->get_form_fields()[ $key ]['default'] ?? '';
		return null !== $empty_value && '' === $value ? $empty_value : $value;
	}
	public function update_option( $key, $value = '' ) {
		$this->init_settings();
		$this->settings[ $key ] = $value;
		return update_option( $this->get_option_key(), apply_filters( "woocommerce_settings_api_sanitized_fields_$this->id", $this->settings ), 'yes' );
	}
	public function get_post_data() {
		return $_POST; // phpcs:ignore -- the page has checked the nonce.
	}
	// Its name is validate_KEY_field, else validate_TYPE_field; what it throws is an error for the operator.
	public function process_admin_options() {
		$this->init_settings();
		foreach ( $this->get_form_fields() as $key => $field ) {
			if ( 'title' === $field['type'] ) {
				continue;
			}
			try {
				$value  = $this->get_post_data()[ $this->get_field_key( $key ) ] ?? null;
				$method = is_callable( array( $this, "validate_{$key}_field" ) ) ? "validate_{$key}_field" : "validate_{$field['type']}_field";
				$method = is_callable( array( $this, $method ) ) ? $method : 'validate_text_field';

				$this->settings[ $key ] = $this->$method( $key, $value );
			} catch ( Exception $error ) {
				$this->add_error( $error->getMessage() );
			}
		}
		return update_option( $this->get_option_key(), apply_filters( "woocommerce_settings_api_sanitized_fields_$this->id", $this->settings ), 'yes' );
	}
	public function validate_text_field( $key, $value ) {
		return wp_kses_post( trim( stripslashes( $value ?? '' ) ) );
	}
	public function validate_password_field( $key, $value ) {
		return trim( stripslashes( $value ?? '' ) );
	}
	public function validate_select_field( $key, $value ) {
		return sanitize_text_field( stripslashes( $value ?? '' ) );
	}
	public function validate_checkbox_field( $key, $value ) {
		return null === $value ? 'no' : 'yes';
	}
	public function add_error( $error ) {
		$this->errors[] = $error;
	}
	public function get_errors() {
		return $this->errors;
	}
	public function display_errors() {
		foreach ( $this->errors as $error ) {
			echo '<div id="woocommerce_errors" class="error notice is-dismissible"><p>' . wp_kses_post( $error ) . '</p></div>';
		}
	}
	public function admin_options() {
		echo '<table class="form-table">' . $this->generate_settings_html( $this->get_form_fields(), false ) . '</table>'; // phpcs:ignore
	}
	public function generate_settings_html( $form_fields = array(), $echo = true ) {
		$html = '';
		foreach ( $form_fields as $key => $field ) {
			$method = "generate_{$field['type']}_html";
			$html  .= method_exists( $this, $method ) ? $this->$method( $key, $field ) : $this->generate_text_html( $key, $field );
		}
		return $html;
	}
	public function generate_text_html( $key, $data ) {
		return $this->row( $key, $data, sprintf( '<input type="%s" name="%2$s" id="%2$s" value="%3$s" placeholder="%4$s" class="input-text regular-input" %5$s>', esc_attr( $data['type'] ), esc_attr( $this->get_field_key( $key ) ), esc_attr( $this->get_option( $key ) ), esc_attr( $data['placeholder'] ?? '' ), $this->get_custom_attribute_html( $data ) ) );
	}
	public function generate_password_html( $key, $data ) {
		return $this->generate_text_html( $key, array( ...$data, 'type' => 'password' ) );
	}
	public function generate_title_html( $key, $data ) {
		return '</table><h3 class="wc-settings-sub-title">' . wp_kses_post( $data['title'] ) . '</h3><p>' . wp_kses_post( $data['description'] ?? '' ) . '</p><table class="form-table">';
	}
	public function generate_checkbox_html( $key, $data ) {
		return $this->row( $key, $data, sprintf( '<label><input type="checkbox" name="%1$s" id="%1$s" value="1" %2$s> %3$s</label>', esc_attr( $this->get_field_key( $key ) ), checked( $this->get_option( $key ), 'yes', false ), wp_kses_post( $data['label'] ?? '' ) ) );
	}
	public function generate_select_html( $key, $data ) {
		$options = '';
		foreach ( $data['options'] as $value => $label ) {
			$options .= sprintf( '<option value="%s" %s>%s</option>', esc_attr( $value ), selected( $value, $this->get_option( $key ), false ), esc_html( $label ) );
		}
		return $this->row( $key, $data, sprintf( '<select name="%1$s" id="%1$s">%2$s</select>', esc_attr( $this->get_field_key( $key ) ), $options ) );
	}
	public function get_custom_attribute_html( $data ) {
		$attributes = $data['custom_attributes'] ?? array();
		return implode( ' ', array_map( fn( $name, $value ) => esc_attr( $name ) . '="' . esc_attr( $value ) . '"', array_keys( $attributes ), $attributes ) );
	}
	public function get_description_html( $data ) {
		return empty( $data['description'] ) ? '' : '<p class="description">' . wp_kses_post( $data['description'] ) . '</p>';
	}
	private function row( $key, $data, $field ) {
		$label = sprintf( '<label for="%s">%s</label>', esc_attr( $this->get_field_key( $key ) ), wp_kses_post( $data['title'] ) );
		return "<tr valign=\"top\"><th scope=\"row\" class=\"titledesc\">$label</th><td class=\"forminp\"><fieldset>$field{$this->get_description_html( $data )}</fieldset></td></tr>";
	}
}

abstract class WC_Integration extends WC_Settings_API {
	public $enabled            = 'yes';
	public $method_title       = '';
	public $method_description = '';

	public function get_method_title() {
		return apply_filters( 'woocommerce_integration_title', $this->method_title, $this );
	}
	public function get_method_description() {
		return apply_filters( 'woocommerce_integration_description', $this->method_description, $this );
	}
	public function admin_options() {
		echo '<h2>' . esc_html( $this->get_method_title() ) . '</h2>' . wp_kses_post( wpautop( $this->get_method_description() ) );
		echo '<div><input type="hidden" name="section" value="' . esc_attr( $this->id ) . '" /></div>';
		parent::admin_options();
	}
}

final class WC_Integrations {
	private array $integrations = array();

	public function __construct() {
		do_action( 'woocommerce_integrations_init' );
		foreach ( apply_filters( 'woocommerce_integrations', array() ) as $integration ) {
			$integration                            = is_object( $integration ) ? $integration : new $integration();
			$this->integrations[ $integration->id ] = $integration;
		}
	}
	public function get_integrations() {
		return $this->integrations;
	}
	public function get_integration( $id ) {
		return $this->integrations[ $id ] ?? null;
	}
}

// includes/admin/class-wc-admin-settings.php
final class WC_Admin_Settings {
	private static array $lines = array();

	public static function add_message( $text ) {
		self::$lines[] = array( 'updated', $text );
	}
	public static function add_error( $text ) {
		self::$lines[] = array( 'error', $text );
	}
	public static function show_messages() {
		$errors = array_filter( self::$lines, fn( $line ) => 'error' === $line[0] );
		foreach ( $errors ? $errors : self::$lines as list( $kind, $text ) ) {
			printf( '<div id="message" class="%s inline"><p><strong>%s</strong></p></div>', esc_attr( $kind ), esc_html( $text ) );
		}
	}
	// WC_Admin_Menus: save_settings, then WC_Admin_Settings: save, then WC_Settings_Integrations.
	public static function maybe_save() {
		if ( 'wc-settings' !== ( $_GET['page'] ?? '' ) || ! isset( $_POST['save'] ) ) {
			return;
		}
		if ( ! current_user_can( 'manage_woocommerce' ) ) {
			wp_die( 'You do not have permission to save settings.', 403 );
		}
		check_admin_referer( 'woocommerce-settings' );
		do_action( 'woocommerce_update_options_integration_' . self::section() );
		do_action( 'woocommerce_update_options' );
		self::add_message( 'Your settings have been saved.' );
	}
	public static function output() {
		$integration = WC()->integrations->get_integration( self::section() );
		echo '<div class="wrap woocommerce"><form method="post" id="mainform" action="" enctype="multipart/form-data"><h1 class="screen-reader-text">Integration</h1>';
		do_action( 'woocommerce_settings_integration' );
		self::show_messages();
		$integration?->admin_options();
		echo '<p class="submit"><button name="save" class="button-primary woocommerce-save-button" type="submit" value="Save changes">Save changes</button>';
		wp_nonce_field( 'woocommerce-settings' );
		echo '</p></form>';
		do_action( 'woocommerce_after_settings_integration' );
		echo '</div>';
	}
	private static function section() {
		return sanitize_title( $_REQUEST['section'] ?? array_key_first( WC()->integrations->get_integrations() ) ?? '' );
	}
}

add_action( 'wp_loaded', array( 'WC_Admin_Settings', 'maybe_save' ) );
add_action(
	'admin_menu',
	function () {
		add_menu_page( 'WooCommerce', 'WooCommerce', 'manage_woocommerce', 'woocommerce', '__return_empty_string' );
		add_submenu_page( 'woocommerce', 'Settings', 'Settings', 'manage_woocommerce', 'wc-settings', array( 'WC_Admin_Settings', 'output' ) );
	},
	9
);

// includes/admin/wc-admin-functions.php
function wc_get_screen_ids() {
	return array( 'toplevel_page_woocommerce', 'woocommerce_page_wc-orders', 'woocommerce_page_wc-settings' );
}
function wc_help_tip( $tip, $allow_html = false ) {
	return '<span class="woocommerce-help-tip" aria-label="' . esc_attr( $tip ) . '"></span>';
}
