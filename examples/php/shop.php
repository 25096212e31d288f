<?php
// A small shop whose customers follow their orders in Telegram. See README.md.
declare(strict_types=1);

foreach (is_file(__DIR__ . '/.env') ? file(__DIR__ . '/.env', FILE_IGNORE_NEW_LINES) : [] as $line) {
    [$name, $value] = explode('=', $line, 2) + [1 => ''];
    if ($value !== '' && getenv($name) === false) {
        putenv("$name=$value");
    }
}

const STEPS = ['Order placed', 'Packed', 'Shipped', 'Out for delivery', 'Delivered'];
const GOODS = ['Sipi Falls, 250 g', 'Rwenzori, 500 g', 'Kisoro dark roast, 1 kg', 'Paper filters'];
// A real shop has accounts and a sign-in. Here anybody can choose any account.
const CUSTOMERS = [
    'alice' => ['cus_alice', 'a•••@example.com'],
    'bob' => ['cus_bob', 'b•••@example.com'],
];

// Trackline: two requests. Copy these.

/** Post one event, signed as Standard Webhooks 1.0. A 2xx means: Trackline has stored it. */
function post_event(string $webhook_id, string $body): array
{
    $timestamp = (string) time();
    $key = base64_decode(preg_replace('/^whsec_/', '', getenv('WEBHOOK_SECRET')));
    $signature = base64_encode(hash_hmac('sha256', "$webhook_id.$timestamp.$body", $key, true));
    return post('/webhooks/orders', $body, [
        "webhook-id: $webhook_id",
        "webhook-timestamp: $timestamp",
        "webhook-signature: v1,$signature",
    ]);
}

/** A one-time link for the customer who is signed in: url, code, expires_at. */
function connect_link(string $customer_id, string $account_hint): array
{
    $body = json_encode(['customer_id' => $customer_id, 'account_hint' => $account_hint]);
    $answer = post('/api/v1/links', $body, ['Authorization: Bearer ' . getenv('API_KEY')]);
    if ($answer['status'] !== 201) {
        throw new RuntimeException("Trackline gave no link: it answered {$answer['status']}");
    }
    return json_decode($answer['body'], true);
}

/** The answer: status (0: there was none), body, retry_after. */
function post(string $path, string $body, array $headers): array
{
    $after = 0;
    $curl = curl_init(getenv('TRACKLINE_URL') . $path);
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => ['Content-Type: application/json', ...$headers],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 10,
        CURLOPT_HEADERFUNCTION => function ($curl, string $header) use (&$after): int {
            if (stripos($header, 'retry-after:') === 0) {
                $after = (int) substr($header, strlen('retry-after:'));
            }
            return strlen($header);
        },
    ]);
    $text = curl_exec($curl);
    $status = $text === false ? 0 : curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    return ['status' => $status, 'body' => $text === false ? curl_error($curl) : $text, 'retry_after' => $after];
}

// Orders and their outbox: in one transaction, so that no event is lost if the process dies.

const SCHEMA = <<<SQL
    CREATE TABLE IF NOT EXISTS orders (
        number INTEGER PRIMARY KEY AUTOINCREMENT, customer TEXT NOT NULL, items TEXT NOT NULL,
        step INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS steps (number INTEGER NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL, webhook_id TEXT NOT NULL,
        body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, send_after REAL NOT NULL DEFAULT 0,
        refused TEXT);
    INSERT INTO sqlite_sequence (name, seq) SELECT 'orders', 2000
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orders');
    SQL;

function db(): PDO
{
    static $db = null;
    if ($db === null) {
        $db = new PDO('sqlite:' . (getenv('DATABASE') ?: __DIR__ . '/shop.db'));
        $db->exec('PRAGMA busy_timeout = 10000');
        $db->exec(SCHEMA);
    }
    return $db;
}

function query(string $sql, mixed ...$values): PDOStatement
{
    $statement = db()->prepare($sql);
    $statement->execute($values);
    return $statement;
}

function transaction(callable $work): void
{
    db()->exec('BEGIN IMMEDIATE');
    try {
        $work();
        db()->exec('COMMIT');
    } catch (Throwable $error) {
        db()->exec('ROLLBACK');
        throw $error;
    }
}

function place_order(string $customer): void
{
    $items = implode(', ', array_intersect_key(GOODS, array_flip(array_rand(GOODS, 2))));
    transaction(function () use ($customer, $items) {
        query('INSERT INTO orders (customer, items) VALUES (?, ?)', $customer, $items);
        happened((int) db()->lastInsertId(), $customer, 0);
    });
}

function move_on(int $number, int $step): void
{
    transaction(function () use ($number, $step) {
        $order = query('SELECT * FROM orders WHERE number = ?', $number)->fetch();
        if ($order && $order['step'] === $step - 1 && isset(STEPS[$step])) { // otherwise it was moved already
            query('UPDATE orders SET step = ? WHERE number = ?', $step, $number);
            happened($number, $order['customer'], $step);
        }
    });
}

/** Write the step and its event. The event's id and body are made only once. */
function happened(int $number, string $customer, int $step): void
{
    $now = gmdate('Y-m-d\TH:i:s.') . sprintf('%03dZ', 1000 * fmod(microtime(true), 1));
    $data = ['order_id' => "php_$number", 'customer_id' => CUSTOMERS[$customer][0], 'order_number' => "$number"];
    $event = $step === 0
        ? ['type' => 'order.created', 'timestamp' => $now, 'data' => $data]
        : ['type' => 'order.status_changed', 'timestamp' => $now, 'data' => [...$data, 'status' => STEPS[$step]]];
    query('INSERT INTO steps VALUES (?, ?, ?)', $number, STEPS[$step], $now);
    query(
        'INSERT INTO outbox (number, webhook_id, body) VALUES (?, ?, ?)',
        $number, 'msg_' . bin2hex(random_bytes(16)), json_encode($event),
    );
}

// The sender, `php shop.php send`: at least once, and in order for each order.

const DUE = <<<SQL
    SELECT * FROM outbox WHERE send_after <= CAST(? AS REAL)
    AND seq IN (SELECT min(seq) FROM outbox WHERE refused IS NULL GROUP BY number)
    ORDER BY send_after, seq LIMIT 100
    SQL;

function keep_sending(): never
{
    while (true) {
        foreach (query(DUE, microtime(true))->fetchAll() as $event) {
            if (!send($event)) {
                break; // the others would get the same error
            }
        }
        usleep(250_000);
    }
}

/** Send an event. Returns whether it is finished: accepted, or refused for good. */
function send(array $event): bool
{
    $answer = post_event($event['webhook_id'], $event['body']);
    $why = "{$answer['status']} {$answer['body']}";
    if ($answer['status'] >= 200 && $answer['status'] < 300) {
        query('DELETE FROM outbox WHERE seq = ?', $event['seq']);
    } elseif (is_final($answer['status'])) {
        error_log("Trackline refuses an event of order {$event['number']}: $why");
        query('UPDATE outbox SET refused = ? WHERE seq = ?', $why, $event['seq']);
    } else {
        $wait = max($answer['retry_after'], min(0.25 * 2 ** $event['attempts'], 60));
        error_log("Order {$event['number']} is told of again in $wait s: $why");
        query(
            'UPDATE outbox SET attempts = attempts + 1, send_after = CAST(? AS REAL) WHERE seq = ?',
            microtime(true) + $wait, $event['seq'],
        );
        return false;
    }
    return true;
}

/** 401 is not final: the event is right, and is accepted once the secret in the settings is right. */
function is_final(int $status): bool
{
    return $status >= 400 && $status < 500 && !in_array($status, [401, 408, 429], true);
}

// The shop's page

function answer(string $method, string $path, string $customer): void
{
    if (!isset(CUSTOMERS[$customer])) {
        http_response_code(404);
        echo 'There is no such customer.';
    } elseif ($method === 'GET') {
        echo page($customer);
    } elseif ($path === '/connect') {
        // The link is for the customer who is signed in, never for one that the browser names.
        ['url' => $url, 'code' => $code] = array_map('htmlspecialchars', connect_link(...CUSTOMERS[$customer]));
        echo page($customer, "<p><a href=\"$url\">Open Telegram</a>, or send our bot: <code>/link $code</code></p>");
    } else {
        if ($path === '/orders') {
            place_order($customer);
        } elseif (preg_match('#^/orders/(\d+)/(\d+)$#', $path, $found)) {
            // In a real shop, the staff does this. The request names the step, so a second click does nothing.
            move_on((int) $found[1], (int) $found[2]);
        }
        header("Location: /?customer=$customer", true, 303);
    }
}

function page(string $customer, string $more = ''): string
{
    $people = implode(' · ', array_map(fn ($name) => "<a href=\"/?customer=$name\">$name</a>", array_keys(CUSTOMERS)));
    $orders = query('SELECT * FROM orders WHERE customer = ? ORDER BY number DESC', $customer)->fetchAll();
    return '<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width">'
        . '<title>Nile Coffee</title><style>body{max-width:40rem;margin:2rem auto;padding:0 1rem;'
        . 'font:16px/1.5 system-ui}form{display:inline}article{border-top:1px solid #ccc}</style>'
        . "<h1>Nile Coffee</h1><p>You are <b>$customer</b> ($people)</p>"
        . button("/orders?customer=$customer", 'Order something')
        . button("/connect?customer=$customer", 'Connect Telegram')
        . $more . implode('', array_map('card', $orders));
}

function card(array $order): string
{
    $number = $order['number'];
    $steps = query('SELECT * FROM steps WHERE number = ?', $number)->fetchAll();
    $past = implode('', array_map(fn ($step) => "<li>{$step['status']} <small>{$step['at']}</small>", $steps));
    $waiting = query('SELECT count(*) FROM outbox WHERE number = ? AND refused IS NULL', $number)->fetchColumn();
    $next = $order['step'] + 1;
    return "<article data-order=\"$number\"><h3>#$number " . htmlspecialchars($order['items']) . "</h3><ol>$past</ol>"
        . ($waiting ? "<p class=waiting>$waiting to tell Trackline</p>" : '')
        . (isset(STEPS[$next]) ? button("/orders/$number/$next?customer={$order['customer']}", '→ ' . STEPS[$next]) : '') . '</article>';
}

function button(string $action, string $label): string
{
    return "<form method=\"post\" action=\"$action\"><button>$label</button></form> ";
}

if (PHP_SAPI === 'cli') {
    keep_sending();
}
answer($_SERVER['REQUEST_METHOD'], strtok($_SERVER['REQUEST_URI'], '?'), $_GET['customer'] ?? 'alice');
