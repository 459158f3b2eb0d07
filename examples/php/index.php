<?php
// A counter that long-polls, and its values as server-sent events, in plain PHP. PHP itself can't wait for long: each
// request is over at once, and the proxy does the waiting.
declare(strict_types=1);

// Where the proxy takes publishes, and the key that it signs its requests with.
$gripUrl = getenv('GRIP_URL') ?: 'http://127.0.0.1:5561';
$gripKey = getenv('GRIP_KEY') ?: 'changeme';

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$posted = $_SERVER['REQUEST_METHOD'] === 'POST';
match (true) {
    $path === '/counter/value/' && $posted => increment($gripUrl),
    $path === '/counter/value/' => show($_GET['last'] ?? null, $gripKey),
    $path === '/counter/events/' => stream($gripKey),
    default => answer(404, 'text/plain', "Try /counter/value/ or /counter/events/\n"),
};

/** The value at once; or, if `last` is the value already, the next one once there is one. */
function show(?string $last, string $key): void
{
    $value = counter(0);
    if ($last !== (string) $value) {
        answer(200, 'application/json', "$value\n");
        return;
    }
    if (!cameThroughProxy($key)) {
        needsProxy();
        return;
    }
    $instruct = [
        // The prev-id tells the proxy what this client has: if a newer value went out between our look at it and the
        // hold, it asks us again at once.
        'hold' => [
            'mode' => 'response',
            'timeout' => 55,
            'channels' => [['name' => 'counter', 'prev-id' => (string) $value]],
        ],
        // What the client gets if nothing is published in time.
        'response' => ['headers' => ['Content-Type' => 'application/json'], 'body' => "$value\n"],
    ];
    answer(200, 'application/grip-instruct', json_encode($instruct));
}

/** Adds one, and tells everyone who waits. The same publish reaches long-polls and streams. */
function increment(string $gripUrl): void
{
    $value = counter(1);
    $published = publish($gripUrl, [
        'channel' => 'counter',
        'id' => (string) $value,
        'prev-id' => (string) ($value - 1),
        'formats' => [
            'http-response' => ['headers' => ['Content-Type' => 'application/json'], 'body' => "$value\n"],
            'http-stream' => ['content' => event($value)],
        ],
    ]);
    if ($published) {
        answer(200, 'application/json', "$value\n");
    } else {
        answer(503, 'text/plain', "Nothing was published: is a GRIP proxy at $gripUrl?\n");
    }
}

/** Opens a stream that stays open: each value is published into it. */
function stream(string $key): void
{
    if (!cameThroughProxy($key)) {
        needsProxy();
        return;
    }
    header('Grip-Hold: stream');
    header('Grip-Channel: counter');
    header('Grip-Keep-Alive: :\n\n; format=cstring; timeout=20');
    answer(200, 'text/event-stream', event(counter(0)));
}

/** Adds to the value, which is kept in a file, and returns it. */
function counter(int $add): int
{
    $file = fopen(sys_get_temp_dir() . '/gripscope-php-example', 'c+');
    flock($file, LOCK_EX);
    $value = (int) (stream_get_contents($file) ?: '120') + $add;
    rewind($file);
    fwrite($file, (string) $value);
    fclose($file);
    return $value;
}

function publish(string $gripUrl, array $item): bool
{
    $body = json_encode(['items' => [$item]]);
    $options = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => $body, 'timeout' => 5];
    return @file_get_contents("$gripUrl/publish/", false, stream_context_create(['http' => $options])) !== false;
}

/** The proxy signs each request: Grip-Sig is a JSON Web Token (HS256) of the key that we share. */
function cameThroughProxy(string $key): bool
{
    $parts = explode('.', $_SERVER['HTTP_GRIP_SIG'] ?? '');
    if (count($parts) !== 3) {
        return false;
    }
    [$head, $claims, $signature] = $parts;
    if (!hash_equals(hash_hmac('sha256', "$head.$claims", $key, true), fromBase64Url($signature))) {
        return false;
    }
    return json_decode(fromBase64Url($claims))->exp > time();
}

function fromBase64Url(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'));
}

function event(int $value): string
{
    return "id: $value\ndata: $value\n\n";
}

function needsProxy(): void
{
    answer(501, 'text/plain', "This needs a GRIP proxy: ask its port, not the backend.\n");
}

function answer(int $status, string $type, string $body): void
{
    http_response_code($status);
    header("Content-Type: $type");
    echo $body;
}
