<?php
/**
 * "Follow in Telegram" beside an order, on the page that thanks for it and in My Account.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Follow;

use Trackline\WooCommerce\Orders\States;
use Trackline\WooCommerce\Quietly;
use Trackline\WooCommerce\Settings;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/**
 * The blocks' order confirmation calls the same hook, once it is sure that the visitor may see the order.
 */
final class OrderBox {

	/** States in which there is nothing to follow any more. */
	private const OVER = [ 'cancelled', 'refunded', 'failed' ];

	/**
	 * Needs where the button leads.
	 *
	 * @param Door $door The shop's own addresses.
	 */
	public function __construct( private readonly Door $door ) {
	}

	/** Where it stands. */
	public function register(): void {
		add_action( 'woocommerce_thankyou', [ $this, 'show' ], 5 );
		add_action( 'woocommerce_view_order', [ $this, 'show' ], 5 );
	}

	/**
	 * Whether an order can be followed.
	 *
	 * @param WC_Order $order The order.
	 */
	public static function is_offered( WC_Order $order ): bool {
		return Settings::current()->can_ask() && States::is_placed( $order ) && ! in_array( $order->get_status(), self::OVER, true );
	}

	/**
	 * Shows the box.
	 *
	 * @param mixed $order_id The order.
	 */
	public function show( mixed $order_id ): void {
		Quietly::run(
			'Showing the button',
			function () use ( $order_id ): void {
				$order = wc_get_order( $order_id );
				if ( $order instanceof WC_Order && self::is_offered( $order ) ) {
					$this->write( $order );
				}
			}
		);
	}

	/**
	 * Writes it.
	 *
	 * @param WC_Order $order The order.
	 */
	private function write( WC_Order $order ): void {
		Style::add();
		?>
		<aside class="trackline-follow">
			<div>
				<h2><?php esc_html_e( 'Follow your order in Telegram', 'trackline-for-woocommerce' ); ?></h2>
				<p><?php esc_html_e( 'We write to you there whenever something happens. You can stop it at any time.', 'trackline-for-woocommerce' ); ?></p>
				<p><a class="<?php echo esc_attr( Style::button() ); ?>" href="<?php echo esc_url( $this->door->url( $order ) ); ?>" rel="nofollow noopener" target="_blank"><?php esc_html_e( 'Follow in Telegram', 'trackline-for-woocommerce' ); ?></a></p>
			</div>
			<img src="<?php echo esc_url( $this->door->picture_url( $order ) ); ?>" width="144" height="144" loading="lazy" alt="<?php esc_attr_e( 'QR code: point your phone’s camera at it to follow the order in Telegram.', 'trackline-for-woocommerce' ); ?>">
		</aside>
		<?php
	}
}
