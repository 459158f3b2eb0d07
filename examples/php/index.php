<?php
// A counter that long-polls, and its values as server-sent events and over WebSockets, in plain PHP. PHP itself can't
// wait for long: each request is over at once, and the proxy does the waiting.
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
    $path === '/counter/socket/' => socket($gripUrl, $gripKey),
    default => answer(404, 'text/plain', "Try /counter/value/, /counter/events/ or, as a WebSocket, /counter/socket/\n"),
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

/** Adds one, and tells everyone who waits. */
function increment(string $gripUrl): void
{
    $value = counter(1);
    if (tell($gripUrl, $value)) {
        answer(200, 'application/json', "$value\n");
    } else {
        answer(503, 'text/plain', "Nothing was published: is a GRIP proxy at $gripUrl?\n");
    }
}

/** The same publish reaches long-polls, streams and WebSockets. */
function tell(string $gripUrl, int $value): bool
{
    return publish($gripUrl, [
        'channel' => 'counter',
        'id' => (string) $value,
        'prev-id' => (string) ($value - 1),
        'formats' => [
            'http-response' => ['headers' => ['Content-Type' => 'application/json'], 'body' => "$value\n"],
            'http-stream' => ['content' => event($value)],
            'ws-message' => ['content' => (string) $value],
        ],
    ]);
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

/**
 * Every value, over a WebSocket; each message that comes adds one. It takes what happened on the WebSocket since the last
 * request, and answers with what shall happen on it.
 */
function socket(string $gripUrl, string $key): void
{
    $type = 'application/websocket-events';
    if (($_SERVER['CONTENT_TYPE'] ?? '') !== $type) {
        answer(400, 'text/plain', "This is a WebSocket, behind a GRIP proxy.\n");
        return;
    }
    if (!cameThroughProxy($key)) {
        needsProxy();
        return;
    }
    $events = '';
    foreach (decodeEvents(file_get_contents('php://input')) as [$kind, $content]) {
        if ($kind === 'OPEN') {
            // Taking the extension: text that begins with "m:" is for the client, "c:" is for the proxy.
            header('Sec-WebSocket-Extensions: grip; message-prefix="m:"');
            $events .= "OPEN\r\n" . encodeEvent('TEXT', 'c:{"type": "subscribe", "channel": "counter"}');
            $events .= encodeEvent('TEXT', 'm:' . counter(0));
        } elseif ($kind === 'TEXT') {
            tell($gripUrl, counter(1));
        } elseif ($kind === 'PING') {
            $events .= encodeEvent('PONG', $content);
        } elseif ($kind === 'CLOSE') {
            $events .= encodeEvent('CLOSE', $content);
        }
    }
    answer(200, $type, $events);
}

/** An event is a line with its type and, if it has content, the content's size in hex; then the content. */
function decodeEvents(string $body): iterable
{
    while ($body !== '') {
        [$line, $body] = explode("\r\n", $body, 2);
        [$kind, $size] = explode(' ', "$line ");
        yield [$kind, substr($body, 0, hexdec($size))];
        if ($size !== '') {
            $body = substr($body, hexdec($size) + 2);
        }
    }
}

function encodeEvent(string $kind, string $content): string
{
    return sprintf("%s %x\r\n%s\r\n", $kind, strlen($content), $content);
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
