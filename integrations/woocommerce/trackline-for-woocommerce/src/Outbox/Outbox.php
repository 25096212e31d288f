<?php
/**
 * What is to be sent, and of each order what was told last.
 *
 * @package Trackline\WooCommerce
 */

declare( strict_types=1 );

namespace Trackline\WooCommerce\Outbox;

use Trackline\WooCommerce\Tables;

defined( 'ABSPATH' ) || exit;

// phpcs:disable WordPress.DB -- the table is ours and no cache knows it; each statement's text is a constant but for its name.

/**
 * One row is both: the event that waits and what the order says by it. So both are written at once, in one statement.
 * Rows of one order (`about`) are numbered (`seq`): who writes a number that is taken was too late, and looks again.
 *
 * A row that was sent loses its body, and goes when a later one of its order was sent.
 */
final class Outbox {

	public const WAITING = 'waiting';
	public const SENT    = 'sent';
	public const FAILED  = 'failed';

	private const TRIES = 5;

	/**
	 * Its table.
	 *
	 * @var string
	 */
	private readonly string $table;

	/** It is this site's: a network of sites has one in each. */
	public function __construct() {
		$this->table = Tables::outbox();
	}

	/**
	 * What was written last.
	 *
	 * @param string $about Like `order:12`.
	 *
	 * @return array{seq: int, says: array<string, mixed>}|null
	 */
	public function last( string $about ): ?array {
		global $wpdb;
		$row = $wpdb->get_row( $wpdb->prepare( "SELECT seq, says FROM {$this->table} WHERE about = %s ORDER BY seq DESC LIMIT 1", $about ) );
		return null === $row ? null : [
			'seq'  => (int) $row->seq,
			'says' => (array) json_decode( $row->says, true ),
		];
	}

	/**
	 * Writes events of an order, all or none. False when somebody else was faster: then nothing was written.
	 *
	 * @param string                                                $about       Like `order:12`.
	 * @param int                                                   $after       The number of the last row that was seen.
	 * @param int                                                   $customer_id Whose it is, or 0.
	 * @param list<array{type: string, data: array<string, mixed>}> $events      What is told, in this order.
	 * @param array<string, mixed>                                  $says        What the order says by all of them.
	 */
	public function add_events( string $about, int $after, int $customer_id, array $events, array $says ): bool {
		$now  = time();
		$rows = [];
		foreach ( $events as $event ) {
			$event  = [
				'type'      => $event['type'],
				'timestamp' => gmdate( 'Y-m-d\TH:i:s\Z', $now ),
			] + $event;
			$rows[] = [ ++$after, 'POST /webhooks/orders', 'msg_' . bin2hex( random_bytes( 16 ) ), (string) wp_json_encode( $event ) ];
		}
		return $this->insert( $about, $customer_id, $rows, $says, $now );
	}

	/**
	 * Writes that something is to be erased at Trackline. What waits of it is not sent any more.
	 *
	 * @param string $about   Like `order:12` or `customer:5`.
	 * @param string $path    What is deleted.
	 * @param bool   $is_done Whether that has happened already.
	 *
	 * @throws \RuntimeException When others keep writing of it.
	 */
	public function add_erasure( string $about, string $path, bool $is_done ): void {
		$tries = 0;
		do {
			$after   = $this->last( $about )['seq'] ?? 0;
			$written = $this->insert( $about, 0, [ [ $after + 1, "DELETE $path", '', '' ] ], [ 'erased' => true ], time() );
		} while ( ! $written && ++$tries < self::TRIES );
		if ( ! $written ) {
			throw new \RuntimeException( 'The erasure cannot be written.' );
		}
		$this->empty_rows( 'about = %s AND seq <= %d', $about, $is_done ? $after + 1 : $after );
	}

	/**
	 * Forgets what is kept of an account's orders, and tells nothing of them any more.
	 *
	 * @param int $customer_id The account's user id.
	 *
	 * @return list<int> These orders.
	 */
	public function erase_customer( int $customer_id ): array {
		global $wpdb;
		$orders = $wpdb->get_col( $wpdb->prepare( "SELECT DISTINCT SUBSTRING(about, 7) FROM {$this->table} WHERE customer_id = %d", $customer_id ) );
		$this->empty_rows( 'customer_id = %d', $customer_id );
		return array_map( 'intval', $orders );
	}

	/** The row that is sent next: of each order the first that waits, and of these the one that is due first. */
	public function next(): ?Row {
		global $wpdb;
		$first = "SELECT MIN(id) FROM {$this->table} WHERE state = %s GROUP BY about";
		$row   = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM {$this->table} WHERE state = %s AND id IN ($first) ORDER BY due_at, id LIMIT 1", self::WAITING, self::WAITING ), ARRAY_A );
		return null === $row ? null : Row::of( $row );
	}

	/**
	 * Claims a row, so that no other process sends it. If this process dies, others may claim it after that time.
	 *
	 * @param Row $row   As it was read.
	 * @param int $until A Unix time.
	 */
	public function claim( Row $row, int $until ): bool {
		return 1 === $this->write( "UPDATE {$this->table} SET due_at = %s, attempts = attempts + 1 WHERE id = %d AND state = %s AND due_at = %s", self::utc( $until ), $row->id, self::WAITING, self::utc( $row->due_at ) );
	}

	/**
	 * It has arrived.
	 *
	 * @param Row $row The row.
	 */
	public function mark_sent( Row $row ): void {
		$this->write( "UPDATE {$this->table} SET state = %s, body = '', answer = '' WHERE id = %d", self::SENT, $row->id );
		$this->write( "DELETE FROM {$this->table} WHERE about = %s AND seq < %d AND state = %s", $row->about, $row->seq, self::SENT );
	}

	/**
	 * It was refused, and will not get better: it is kept for the operator to see.
	 *
	 * @param Row    $row    The row.
	 * @param string $answer Why.
	 */
	public function mark_failed( Row $row, string $answer ): void {
		$this->write( "UPDATE {$this->table} SET state = %s, answer = %s WHERE id = %d", self::FAILED, $answer, $row->id );
	}

	/**
	 * It is sent again later.
	 *
	 * @param Row    $row    The row.
	 * @param int    $due_at A Unix time.
	 * @param string $answer Why.
	 */
	public function put_off( Row $row, int $due_at, string $answer ): void {
		$this->write( "UPDATE {$this->table} SET due_at = %s, answer = %s WHERE id = %d AND state = %s", self::utc( $due_at ), $answer, $row->id, self::WAITING );
	}

	/** Makes everything that waits due now. */
	public function hurry(): void {
		$this->write( "UPDATE {$this->table} SET due_at = %s WHERE state = %s", self::utc( time() ), self::WAITING );
	}

	/**
	 * Sends what was refused once more.
	 *
	 * @param int $id The row.
	 */
	public function send_again( int $id ): void {
		$this->write( "UPDATE {$this->table} SET state = %s, due_at = %s WHERE id = %d AND state = %s", self::WAITING, self::utc( time() ), $id, self::FAILED );
	}

	/**
	 * Sends it never.
	 *
	 * @param int $id The row.
	 */
	public function drop( int $id ): void {
		$this->write( "UPDATE {$this->table} SET state = %s, body = '', answer = '' WHERE id = %d AND state = %s", self::SENT, $id, self::FAILED );
	}

	/**
	 * How it stands.
	 *
	 * @return array{waiting: int, oldest: int|null, failed: int} How many wait, since when the oldest does, and how many were refused.
	 */
	public function summary(): array {
		global $wpdb;
		$rows = $wpdb->get_results( $wpdb->prepare( "SELECT state, COUNT(*) AS many, MIN(made_at) AS oldest FROM {$this->table} WHERE state IN (%s, %s) GROUP BY state", self::WAITING, self::FAILED ), OBJECT_K );
		return [
			'waiting' => (int) ( $rows[ self::WAITING ]->many ?? 0 ),
			'oldest'  => isset( $rows[ self::WAITING ] ) ? (int) strtotime( $rows[ self::WAITING ]->oldest . ' UTC' ) : null,
			'failed'  => (int) ( $rows[ self::FAILED ]->many ?? 0 ),
		];
	}

	/**
	 * What was refused, the newest first.
	 *
	 * @param int $limit At most so many.
	 *
	 * @return list<Row>
	 */
	public function failed( int $limit ): array {
		global $wpdb;
		$rows = $wpdb->get_results( $wpdb->prepare( "SELECT * FROM {$this->table} WHERE state = %s ORDER BY id DESC LIMIT %d", self::FAILED, $limit ), ARRAY_A );
		return array_map( [ Row::class, 'of' ], $rows );
	}

	/**
	 * Writes rows in one statement.
	 *
	 * @param string                                   $about       Like `order:12`.
	 * @param int                                      $customer_id Whose it is, or 0.
	 * @param list<array{int, string, string, string}> $rows        Number, request, webhook-id and body of each.
	 * @param array<string, mixed>                     $says        What is known by them.
	 * @param int                                      $now         A Unix time.
	 *
	 * @throws \RuntimeException When the database refuses them for another reason than their number.
	 */
	private function insert( string $about, int $customer_id, array $rows, array $says, int $now ): bool {
		global $wpdb;
		$values = [];
		foreach ( $rows as [ $seq, $request, $webhook_id, $body ] ) {
			$values[] = $wpdb->prepare( '(%s, %d, NULLIF(%d, 0), %s, %s, %s, %s, %s, %s, %s)', $about, $seq, $customer_id, $request, $webhook_id, $body, (string) wp_json_encode( $says ), self::WAITING, self::utc( $now ), self::utc( $now ) );
		}
		$was_shown = $wpdb->suppress_errors( true );
		$written   = $wpdb->query( "INSERT INTO {$this->table} (about, seq, customer_id, request, webhook_id, body, says, state, made_at, due_at) VALUES " . implode( ', ', $values ) );
		$trouble   = $wpdb->last_error;
		$wpdb->suppress_errors( $was_shown );
		if ( false === $written && ! str_contains( $trouble, 'Duplicate' ) ) {
			throw new \RuntimeException( 'The outbox cannot be written.' );
		}
		return false !== $written;
	}

	/**
	 * Takes away what rows hold of a person.
	 *
	 * @param string     $which The rows, with placeholders.
	 * @param string|int ...$values For the placeholders.
	 */
	private function empty_rows( string $which, string|int ...$values ): void {
		$says = (string) wp_json_encode( [ 'erased' => true ] );
		$this->write( "UPDATE {$this->table} SET state = %s, body = '', answer = '', says = %s, customer_id = NULL WHERE $which", self::SENT, $says, ...$values );
	}

	/**
	 * Writes to the table.
	 *
	 * @param string     $sql       With placeholders.
	 * @param string|int ...$values For these.
	 */
	private function write( string $sql, string|int ...$values ): int {
		global $wpdb;
		return (int) $wpdb->query( $wpdb->prepare( $sql, ...$values ) );
	}

	/**
	 * As the database writes a time.
	 *
	 * @param int $moment A Unix time.
	 */
	private static function utc( int $moment ): string {
		return gmdate( 'Y-m-d H:i:s', $moment );
	}
}
