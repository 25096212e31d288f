<?php
/**
 * A row of the outbox.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Outbox;

defined( 'ABSPATH' ) || exit;

/**
 * As it was read.
 */
final class Row {

	/**
	 * See `of`.
	 *
	 * @param int    $id         The row's id.
	 * @param string $about      Like `order:12`.
	 * @param int    $seq        Its number among those.
	 * @param string $method     HTTP's.
	 * @param string $path       Where it goes.
	 * @param string $webhook_id The same at each attempt; '' for an erasure.
	 * @param string $body       The same at each attempt.
	 * @param int    $attempts   How often it was sent.
	 * @param int    $made_at    A Unix time.
	 * @param int    $due_at     A Unix time.
	 * @param string $answer     What came the last time.
	 */
	public function __construct(
		public readonly int $id,
		public readonly string $about,
		public readonly int $seq,
		public readonly string $method,
		public readonly string $path,
		public readonly string $webhook_id,
		public readonly string $body,
		public readonly int $attempts,
		public readonly int $made_at,
		public readonly int $due_at,
		public readonly string $answer,
	) {
	}

	/**
	 * Reads it.
	 *
	 * @param array<string, string> $row Of the database.
	 */
	public static function of( array $row ): self {
		[ $method, $path ] = explode( ' ', $row['request'], 2 );
		return new self(
			(int) $row['id'],
			$row['about'],
			(int) $row['seq'],
			$method,
			$path,
			$row['webhook_id'],
			$row['body'],
			(int) $row['attempts'],
			(int) strtotime( $row['made_at'] . ' UTC' ),
			(int) strtotime( $row['due_at'] . ' UTC' ),
			$row['answer'],
		);
	}

	/** Whether it is an event, and not an erasure. */
	public function is_event(): bool {
		return '' !== $this->webhook_id;
	}

	/** The order's id, or 0 when it is about an account. */
	public function order_id(): int {
		return str_starts_with( $this->about, 'order:' ) ? (int) substr( $this->about, strlen( 'order:' ) ) : 0;
	}
}
