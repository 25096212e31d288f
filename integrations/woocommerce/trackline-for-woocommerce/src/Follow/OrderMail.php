<?php
/**
 * "Follow in Telegram" in the mails that an order's customer gets.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use Trackline\WooCommerce\Quietly;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * A plain link to the shop: the mail is made in the checkout, which must not wait.
 */
final class OrderMail {

	/**
	 * Needs where the button leads.
	 *
	 * @param Door $door The shop's own addresses.
	 */
	public function __construct( private readonly Door $door ) {
	}

	/** Where it stands. */
	public function register(): void {
		add_action( 'woocommerce_email_after_order_table', [ $this, 'add' ], 20, 3 );
	}

	/**
	 * Adds it to a mail.
	 *
	 * @param mixed $order         The order.
	 * @param mixed $sent_to_admin Whether the mail is for the shop's staff.
	 * @param mixed $plain_text    Whether it has no HTML.
	 */
	public function add( mixed $order, mixed $sent_to_admin = false, mixed $plain_text = false ): void {
		Quietly::run(
			'Adding the button to a mail',
			function () use ( $order, $sent_to_admin, $plain_text ): void {
				if ( $order instanceof WC_Order && ! $sent_to_admin && OrderBox::is_offered( $order ) ) {
					$plain_text ? $this->write_text( $order ) : $this->write_html( $order );
				}
			}
		);
	}

	/**
	 * Without HTML.
	 *
	 * @param WC_Order $order The order.
	 */
	private function write_text( WC_Order $order ): void {
		echo "\n" . esc_html__( 'Follow your order in Telegram:', 'trackline-for-woocommerce' ) . "\n";
		echo esc_url_raw( $this->door->url( $order ) ) . "\n\n";
	}

	/**
	 * With HTML, in the colours of the shop's mails.
	 *
	 * @param WC_Order $order The order.
	 */
	private function write_html( WC_Order $order ): void {
		$base = sanitize_hex_color( (string) get_option( 'woocommerce_email_base_color', '' ) );
		$base = $base ? $base : '#720eec';
		$text = wc_light_or_dark( $base, '#202020', '#ffffff' );
		$side = is_rtl() ? 'right' : 'left';
		?>
		<table border="0" cellpadding="0" cellspacing="0" width="100%" role="presentation" style="margin-bottom:40px">
			<tr>
				<td style="padding:12px 0;text-align:<?php echo esc_attr( $side ); ?>">
					<p style="margin:0 0 12px"><?php esc_html_e( 'Follow your order in Telegram: we write to you there whenever something happens.', 'trackline-for-woocommerce' ); ?></p>
					<a href="<?php echo esc_url( $this->door->url( $order ) ); ?>" style="display:inline-block;padding:12px 24px;border-radius:4px;text-decoration:none;font-weight:bold;background-color:<?php echo esc_attr( $base ); ?>;color:<?php echo esc_attr( $text ); ?>"><?php esc_html_e( 'Follow in Telegram', 'trackline-for-woocommerce' ); ?></a>
				</td>
				<td width="112" style="padding:12px 0">
					<img src="<?php echo esc_url( $this->door->picture_url( $order ) ); ?>" width="112" height="112" style="display:block;width:112px;height:112px;margin:0" alt="<?php esc_attr_e( 'QR code', 'trackline-for-woocommerce' ); ?>">
				</td>
			</tr>
		</table>
		<?php
	}
}
