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
	 * Whether the form was saved in this request: then it is tried at once.
	 *
	 * @var bool
	 */
	private bool $was_saved = false;

	/**
	 * Whether this page is ours: other integrations are on the same tab.
	 *
	 * @var bool
	 */
	private bool $is_shown = false;

	/** WooCommerce makes one for each of its pages. */
	public function __construct() {
		$this->id                 = self::ID;
		$this->method_title       = __( 'Trackline', 'trackline-for-woocommerce' );
		$this->method_description = __( 'Your customers follow their orders in Telegram. Enter the three lines that your Trackline was set up with; every order is told from then on, and the buttons appear on the thank-you page, in My Account and in the order mails.', 'trackline-for-woocommerce' );
		$this->form_fields        = $this->fields();
		$this->init_settings();
		add_action( 'woocommerce_update_options_integration_' . $this->id, [ $this, 'save' ] );
		add_action( 'woocommerce_after_settings_integration', [ $this, 'show_report' ] );
	}

	/** Saves the form. */
	public function save(): void {
		$this->process_admin_options();
		$this->was_saved = true;
	}

	/** Shows the form. */
	public function admin_options(): void {
		$this->display_errors();
		parent::admin_options();
		$this->is_shown = true;
	}

	/** Shows how things stand, below the form and its button. */
	public function show_report(): void {
		if ( $this->is_shown ) {
			$is_tried = $this->was_saved || Screen::is_test_asked_for();
			( new Report( new Outbox(), Settings::current() ) )->show( $is_tried );
		}
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
		$url   = untrailingslashit( esc_url_raw( str_contains( $typed, '://' ) ? $typed : "https://$typed", [ 'https', 'http' ] ) );
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
				'description'       => __( 'One of API_KEYS. By it the shop asks for its customers’ links.', 'trackline-for-woocommerce' ),
			],
			'webhook_secret'  => [
				'title'             => __( 'Webhook secret', 'trackline-for-woocommerce' ),
				'type'              => 'secret',
				'custom_attributes' => [ 'autocomplete' => 'new-password' ],
				'description'       => __( 'One of WEBHOOK_SECRETS; it begins with whsec_. By it Trackline knows that news is yours.', 'trackline-for-woocommerce' ),
			],
			'completed_means' => [
				'title'       => __( '“Completed” means', 'trackline-for-woocommerce' ),
				'type'        => 'select',
				'default'     => 'shipped',
				'options'     => [
					'shipped'   => __( 'Shipped: the parcel is on its way', 'trackline-for-woocommerce' ),
					'delivered' => __( 'Delivered: the customer has it', 'trackline-for-woocommerce' ),
				],
				'description' => __( 'What is fetched at the shop or needs no shipping is delivered in any case.', 'trackline-for-woocommerce' ),
			],
		];
	}
}
