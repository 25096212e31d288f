<?php
/**
 * "Follow all your orders in Telegram" in My Account.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use Trackline\WooCommerce\Api\Client;
use Trackline\WooCommerce\Quietly;
use Trackline\WooCommerce\Settings;

defined( 'ABSPATH' ) || exit;

/**
 * The link of an account works once and for a quarter of an hour, so it is made when the customer presses the button.
 */
final class AccountBox {

	private const FIELD = 'trackline_follow_account';

	/** Seconds for which whoever has pressed the button waits at most. */
	private const PATIENCE = 6;

	/** Where it stands. */
	public function register(): void {
		add_action( 'woocommerce_account_dashboard', [ $this, 'show' ] );
		add_action( 'woocommerce_before_account_orders', [ $this, 'show' ] );
	}

	/** The button, or what came of it. */
	public function show(): void {
		if ( is_user_logged_in() && Settings::current()->can_ask() ) {
			Quietly::run( 'Showing the button', fn() => $this->was_pressed() ? $this->answer() : $this->write_button() );
		}
	}

	/** Whether it was, on a page of ours. */
	private function was_pressed(): bool {
		$nonce = sanitize_text_field( wp_unslash( $_POST[ self::FIELD ] ?? '' ) );
		return (bool) wp_verify_nonce( $nonce, self::FIELD );
	}

	/** Asks for a link and shows it. */
	private function answer(): void {
		$user   = wp_get_current_user();
		$wanted = [
			'customer_id'  => (string) $user->ID,
			'account_hint' => Hint::of( $user->user_email ),
			'qr'           => true,
		];
		$client = new Client( Settings::current() );
		try {
			$this->write_link( Link::of( $client->call( 'POST', '/api/v1/links', array_filter( $wanted ), self::PATIENCE ) ) );
		} catch ( NoLink $why ) {
			Quietly::log( 'No link: ' . $why->getMessage() );
			wc_print_notice( esc_html__( 'Telegram cannot be reached from here just now. Please try again in a few minutes.', 'trackline-for-woocommerce' ), 'error' );
			$this->write_button();
		}
	}

	/** Before it is pressed. */
	private function write_button(): void {
		Style::add();
		?>
		<form class="trackline-follow" method="post">
			<div>
				<h2><?php esc_html_e( 'Follow all your orders in Telegram', 'trackline-for-woocommerce' ); ?></h2>
				<p><?php esc_html_e( 'We write to you there whenever something happens. You can stop it at any time.', 'trackline-for-woocommerce' ); ?></p>
				<?php wp_nonce_field( self::FIELD, self::FIELD, false ); ?>
				<p><button type="submit" class="<?php echo esc_attr( Style::button() ); ?>"><?php esc_html_e( 'Follow in Telegram', 'trackline-for-woocommerce' ); ?></button></p>
			</div>
		</form>
		<?php
	}

	/**
	 * After it was pressed.
	 *
	 * @param Link $link The account's.
	 */
	private function write_link( Link $link ): void {
		Style::add();
		?>
		<aside class="trackline-follow">
			<div>
				<h2><?php esc_html_e( 'One more step', 'trackline-for-woocommerce' ); ?></h2>
				<p><?php esc_html_e( 'Open Telegram here, or point your phone’s camera at the code. The link works once, for a quarter of an hour.', 'trackline-for-woocommerce' ); ?></p>
				<p><a class="<?php echo esc_attr( Style::button() ); ?>" href="<?php echo esc_url( $link->url, [ 'https', 'http', 'tg' ] ); ?>" rel="nofollow noopener noreferrer" target="_blank"><?php esc_html_e( 'Open Telegram', 'trackline-for-woocommerce' ); ?></a></p>
				<?php if ( '' !== $link->code ) : ?>
				<p><?php esc_html_e( 'Or send our bot this:', 'trackline-for-woocommerce' ); ?> <code dir="ltr">/link <?php echo esc_html( $link->code ); ?></code></p>
				<?php endif; ?>
			</div>
			<?php if ( '' !== $link->picture() ) : ?>
			<img src="<?php echo esc_attr( $link->picture() ); ?>" width="144" height="144" alt="<?php esc_attr_e( 'QR code', 'trackline-for-woocommerce' ); ?>">
			<?php endif; ?>
		</aside>
		<?php
	}
}
