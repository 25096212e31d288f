<?php
/**
 * WooCommerce → Settings → Integration → Trackline: the form.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Admin;

use Trackline\WooCommerce\Api\Signature;
use Trackline\WooCommerce\Outbox\Outbox;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * WooCommerce draws and saves it. Secrets are never shown again: what is left empty stays as it is.
 */
final class Integration extends \WC_Integration {

	/** Its name in addresses, hooks and the option. */
	public const ID = 'trackline';

	/**
	 * Whether the whole form was saved in this request: then it is tried at once.
	 *
	 * @var bool
	 */
	private bool $was_saved = false;

	/** WooCommerce makes one for each of its pages. */
	public function __construct() {
		$this->id                 = self::ID;
		$this->method_title       = __( 'Trackline', 'trackline-for-woocommerce' );
		$this->method_description = __( 'Your customers follow their orders in Telegram. Enter the three lines that your Trackline was set up with; every order is told from then on, and the buttons appear on the thank-you page, in My Account and in the order mails.', 'trackline-for-woocommerce' );
		$this->form_fields        = $this->fields();
		$this->init_settings();
		add_action( 'woocommerce_update_options_integration_' . $this->id, [ $this, 'save' ] );
	}

	/** Saves the form. An error of a field stands in the place of WooCommerce's "have been saved". */
	public function save(): void {
		$this->process_admin_options();
		foreach ( $this->get_errors() as $error ) {
			\WC_Admin_Settings::add_error( wp_specialchars_decode( $error, ENT_QUOTES ) );
		}
		$this->was_saved = [] === $this->get_errors();
	}

	/** Shows what the test has found, the form, and how things stand. */
	public function admin_options(): void {
		$report = new Report( new Outbox(), Settings::current() );
		if ( $this->was_saved || Screen::is_test_asked_for() ) {
			$report->show_findings();
		}
		parent::admin_options();
		$report->show();
	}

	/**
	 * Draws a field whose value stays hidden.
	 *
	 * @param string               $key  The field.
	 * @param array<string, mixed> $data How it looks.
	 */
	public function generate_secret_html( $key, $data ): string {
		$kept = (string) $this->get_option( $key );
		if ( '' !== $kept ) {
			/* translators: %s: the last characters of a secret. */
			$data['placeholder'] = sprintf( __( 'kept: ••••%s', 'trackline-for-woocommerce' ), strlen( $kept ) < 16 ? '' : substr( $kept, -4 ) );
		}
		$this->settings[ $key ] = '';
		try {
			return $this->generate_password_html( $key, $data );
		} finally {
			$this->settings[ $key ] = $kept;
		}
	}

	/**
	 * The address of Trackline.
	 *
	 * @param string      $key   The field.
	 * @param string|null $value As typed.
	 *
	 * @throws \Exception When it is no address; WooCommerce shows why, and keeps the one before.
	 */
	public function validate_url_field( $key, $value ): string {
		$typed = trim( wp_unslash( (string) $value ) );
		if ( '' === $typed ) {
			return '';
		}
		if ( ! str_contains( $typed, '://' ) ) {
			throw new \Exception( esc_html__( 'The address needs https:// before it (or http://, within a private network), like https://bot.example.com.', 'trackline-for-woocommerce' ) );
		}
		$url   = untrailingslashit( esc_url_raw( $typed, [ 'https', 'http' ] ) );
		$parts = wp_parse_url( $url );
		if ( empty( $parts['host'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) || isset( $parts['user'] ) ) {
			throw new \Exception( esc_html__( 'The address is not one. It looks like https://bot.example.com.', 'trackline-for-woocommerce' ) );
		}
		return $url;
	}

	/**
	 * The key: only that it is one word.
	 *
	 * @param string      $key   The field.
	 * @param string|null $value As typed.
	 *
	 * @throws \Exception When it is not; WooCommerce shows why, and keeps the one before.
	 */
	public function validate_api_key_field( $key, $value ): string {
		$typed = trim( wp_unslash( (string) $value ) );
		if ( preg_match( '/\s|,/', $typed ) ) {
			throw new \Exception( esc_html__( 'The API key has no spaces and no commas: enter one key.', 'trackline-for-woocommerce' ) );
		}
		$parts = explode( ':', $typed );
		return '' === $typed ? (string) $this->get_option( $key ) : end( $parts );
	}

	/**
	 * The secret.
	 *
	 * @param string      $key   The field.
	 * @param string|null $value As typed.
	 *
	 * @throws \Exception When it is not one; WooCommerce shows why, and keeps the one before.
	 */
	public function validate_webhook_secret_field( $key, $value ): string {
		$typed = trim( wp_unslash( (string) $value ) );
		if ( '' !== $typed && ! Signature::is_secret( $typed ) ) {
			throw new \Exception( esc_html__( 'The webhook secret is not whole: it begins with whsec_, and letters and digits follow.', 'trackline-for-woocommerce' ) );
		}
		return '' === $typed ? (string) $this->get_option( $key ) : $typed;
	}

	/**
	 * What can be set.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private function fields(): array {
		return [
			'url'             => [
				'title'       => __( 'Address of Trackline', 'trackline-for-woocommerce' ),
				'type'        => 'text',
				'placeholder' => 'https://bot.example.com',
				'description' => __( 'Where this shop reaches Trackline: PUBLIC_URL in its settings. Empty: nothing is sent, and no button is shown.', 'trackline-for-woocommerce' ),
			],
			'api_key'         => [
				'title'             => __( 'API key', 'trackline-for-woocommerce' ),
				'type'              => 'secret',
				'custom_attributes' => [ 'autocomplete' => 'new-password' ],
				'description'       => __( 'One of API_KEYS. The shop needs it to ask for its customers’ links.', 'trackline-for-woocommerce' ),
			],
			'webhook_secret'  => [
				'title'             => __( 'Webhook secret', 'trackline-for-woocommerce' ),
				'type'              => 'secret',
				'custom_attributes' => [ 'autocomplete' => 'new-password' ],
				'description'       => __( 'One of WEBHOOK_SECRETS; it begins with whsec_. It proves to Trackline that an event comes from your shop.', 'trackline-for-woocommerce' ),
			],
			'completed_means' => [
				'title'       => __( '“Completed” means', 'trackline-for-woocommerce' ),
				'type'        => 'select',
				'default'     => 'shipped',
				'options'     => [
					'shipped'   => __( 'Shipped: the parcel is on its way', 'trackline-for-woocommerce' ),
					'delivered' => __( 'Delivered: the customer has it', 'trackline-for-woocommerce' ),
				],
				'description' => __( 'Orders that customers pick up at the shop, or that need no shipping, are delivered in any case.', 'trackline-for-woocommerce' ),
			],
		];
	}
}
