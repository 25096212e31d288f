<?php
/**
 * What the operator sees of us in WordPress, and what its buttons do.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Admin;

use Trackline\WooCommerce\Follow\OrderLinks;
use Trackline\WooCommerce\Orders\Sweep;
use Trackline\WooCommerce\Outbox\Outbox;
use Trackline\WooCommerce\Outbox\Pause;
use Trackline\WooCommerce\Schedule;
use Trackline\WooCommerce\Settings;

use const Trackline\WooCommerce\PLUGIN_FILE;

defined( 'ABSPATH' ) || exit;

/**
 * Only who may manage WooCommerce, and only from our own pages.
 */
final class Screen {

	private const CAPABILITY = 'manage_woocommerce';
	private const TEST       = 'trackline_test';
	private const ACTION     = 'trackline_outbox';

	/** Seconds after which a notice on WooCommerce's pages says that news is waiting. */
	private const LATE = HOUR_IN_SECONDS;

	/**
	 * Needs what the buttons change.
	 *
	 * @param Outbox     $outbox   What waits and was refused.
	 * @param Schedule   $schedule Has it sent.
	 * @param OrderLinks $links    The orders' links.
	 */
	public function __construct(
		private readonly Outbox $outbox,
		private readonly Schedule $schedule,
		private readonly OrderLinks $links,
	) {
	}

	/** What we show and listen to. */
	public function register(): void {
		add_filter( 'woocommerce_integrations', static fn( array $all ): array => [ ...$all, Integration::class ] );
		add_filter( 'plugin_action_links_' . plugin_basename( PLUGIN_FILE ), [ $this, 'add_link_to_settings' ] );
		add_action( 'add_option_' . Settings::OPTION, [ $this, 'start_anew' ], 10, 0 );
		add_action( 'update_option_' . Settings::OPTION, [ $this, 'see_settings_changed' ], 10, 2 );
		add_action( 'admin_post_' . self::ACTION, [ $this, 'act' ] );
		add_action( 'admin_notices', [ $this, 'warn' ] );
		add_action( 'admin_init', [ $this, 'suggest_privacy_policy' ] );
	}

	/** Our page. */
	public static function url(): string {
		return admin_url( 'admin.php?page=wc-settings&tab=integration&section=' . Integration::ID );
	}

	/** Our page, with the connection tried. */
	public static function test_url(): string {
		return wp_nonce_url( self::url(), self::TEST, self::TEST );
	}

	/** Whether the button was pressed. */
	public static function is_test_asked_for(): bool {
		$nonce = sanitize_text_field( wp_unslash( $_GET[ self::TEST ] ?? '' ) );
		return current_user_can( self::CAPABILITY ) && wp_verify_nonce( $nonce, self::TEST );
	}

	/**
	 * The address of a button.
	 *
	 * @param string $what `hurry`, `again` or `drop`.
	 * @param int    $row  Of the outbox.
	 */
	public static function action_url( string $what, int $row = 0 ): string {
		return wp_nonce_url( admin_url( 'admin-post.php?action=' . self::ACTION . "&what=$what&row=$row" ), self::ACTION );
	}

	/** A button was pressed. */
	public function act(): void {
		check_admin_referer( self::ACTION );
		if ( ! current_user_can( self::CAPABILITY ) ) {
			wp_die( esc_html__( 'You may not do this.', 'trackline-for-woocommerce' ), '', [ 'response' => 403 ] );
		}
		$row = absint( $_GET['row'] ?? 0 );
		match ( sanitize_key( $_GET['what'] ?? '' ) ) {
			'hurry' => $this->send_now(),
			'again' => $this->outbox->send_again( $row ),
			'drop'  => $this->outbox->drop( $row ),
			default => null,
		};
		$this->schedule->send_what_waits();
		wp_safe_redirect( self::url() );
		exit;
	}

	/**
	 * With other settings it may be another Trackline: its links are others, and what waited may go now.
	 *
	 * @param mixed $before The settings before.
	 * @param mixed $after  The settings.
	 */
	public function see_settings_changed( mixed $before, mixed $after ): void {
		if ( ( $before['url'] ?? '' ) !== ( $after['url'] ?? '' ) ) {
			$this->links->forget_all();
		}
		$this->start_anew();
	}

	/** From now on orders are told of. */
	public function start_anew(): void {
		add_option( Sweep::OPTION, time(), '', false );
		$this->send_now();
		$this->schedule->send_what_waits();
	}

	/**
	 * Where plugins are listed.
	 *
	 * @param array<string, string> $links Those of our line.
	 *
	 * @return array<string, string>
	 */
	public function add_link_to_settings( array $links ): array {
		return [ 'settings' => '<a href="' . esc_url( self::url() ) . '">' . esc_html__( 'Settings', 'trackline-for-woocommerce' ) . '</a>' ] + $links;
	}

	/** Shows a notice on WooCommerce's pages when a problem has lasted long. */
	public function warn(): void {
		$screen = function_exists( 'get_current_screen' ) ? get_current_screen() : null;
		$shown  = null !== $screen && in_array( $screen->id, [ ...wc_get_screen_ids(), 'dashboard', 'plugins' ], true );
		if ( ! $shown || ! current_user_can( self::CAPABILITY ) || '' === Settings::current()->url ) {
			return;
		}
		$pause  = Pause::current();
		$oldest = $pause->troubles > 0 ? $this->outbox->summary()['oldest'] : null;
		if ( null !== $oldest && $oldest < time() - self::LATE ) {
			/* translators: %s: a length of time, like "5 hours". */
			$says = sprintf( __( 'Trackline has taken no news of your orders for %s.', 'trackline-for-woocommerce' ), human_time_diff( $oldest ) );
			printf( '<div class="notice notice-warning"><p>%1$s %2$s <a href="%3$s">%4$s</a></p></div>', esc_html( $says ), esc_html( Advice::about_trouble( $pause->status, $pause->why ) ), esc_url( self::test_url() ), esc_html__( 'Test the connection', 'trackline-for-woocommerce' ) );
		}
	}

	/** For the shop's privacy policy. */
	public function suggest_privacy_policy(): void {
		wp_add_privacy_policy_content(
			'Trackline for WooCommerce',
			wp_kses_post( wpautop( __( 'So that you can follow your order in Telegram if you want to, we tell our order-news service its number, its state, what is in it and its tracking numbers, and your e-mail address and phone number, of which it keeps fingerprints only. Telegram hears of your order only once you have agreed in a chat with our bot; there you can stop it and delete your data at any time.', 'trackline-for-woocommerce' ) ) )
		);
	}

	/** Whatever waits. */
	private function send_now(): void {
		Pause::current()->end( false );
		$this->outbox->hurry();
	}
}
