"""A chat over WebSockets, with nothing but Python's standard library: a WebSocket reaches this server as plain HTTP.

Who only listens can do so as server-sent events, or wait for the next message: one publish reaches all of them.
"""
import base64
import hashlib
import hmac
import json
import os
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get('PORT', '8000'))
# Where the proxy takes publishes, and the key that it signs its requests with.
GRIP_URL = os.environ.get('GRIP_URL', 'http://127.0.0.1:5561')
GRIP_KEY = os.environ.get('GRIP_KEY', 'changeme')

EVENTS = 'application/websocket-events'


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        if not came_through_proxy(self.headers.get('Grip-Sig', '')):
            return self.answer(501, b'This needs a GRIP proxy: ask its port, not the backend.\n')
        if self.path == '/next/':
            # The body is what the client gets if nobody says anything in time.
            return self.answer(200, b'', {'Grip-Hold': 'response', 'Grip-Channel': 'chat', 'Grip-Timeout': '55'})
        self.answer(200, b'event: joined\ndata:\n\n', {
            'Content-Type': 'text/event-stream',
            'Grip-Hold': 'stream',
            'Grip-Channel': 'chat',
            'Grip-Keep-Alive': r':\n\n; format=cstring; timeout=20',
        })

    def do_POST(self):
        """Takes what happened on one WebSocket since the last request, and answers with what shall happen on it."""
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        if self.headers.get('Content-Type') != EVENTS:
            return self.answer(400, b'This is a WebSocket, behind a GRIP proxy.\n')
        if not came_through_proxy(self.headers.get('Grip-Sig', '')):
            return self.answer(501, b'This needs a GRIP proxy: ask its port, not the backend.\n')
        headers = {'Content-Type': EVENTS}
        answers = []
        for kind, content in decode_events(body):
            if kind == 'OPEN':
                # Taking the extension: text that begins with "m:" is for the client, "c:" is for the proxy.
                headers['Sec-WebSocket-Extensions'] = 'grip; message-prefix="m:"'
                answers.append(('OPEN', None))
                answers.append(('TEXT', b'c:' + json.dumps({'type': 'subscribe', 'channel': 'chat'}).encode()))
                answers.append(('TEXT', b'm:Welcome.'))
            elif kind == 'TEXT':
                say(content.decode())
            elif kind == 'PING':
                answers.append(('PONG', content))
            elif kind == 'CLOSE':
                answers.append(('CLOSE', content))
        self.answer(200, encode_events(answers), headers)

    def answer(self, status, body, headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def say(message):
    """One item with three formats: each connection takes the one of its kind."""
    lines = ''.join(f'data: {line}\n' for line in message.splitlines())
    formats = {
        'ws-message': {'content': message},
        'http-stream': {'content': f'{lines}\n'},
        'http-response': {'body': f'{message}\n'},
    }
    body = json.dumps({'items': [{'channel': 'chat', 'formats': formats}]}).encode()
    urllib.request.urlopen(urllib.request.Request(f'{GRIP_URL}/publish/', body), timeout=5).close()


def decode_events(body):
    """An event is a line with its type and, if it has content, the content's size in hex; then the content."""
    while body:
        line, _, body = body.partition(b'\r\n')
        kind, _, size = line.decode().partition(' ')
        content = None
        if size:
            end = int(size, 16)
            content, body = body[:end], body[end + 2:]
        yield kind, content


def encode_events(events):
    parts = []
    for kind, content in events:
        parts.append(f'{kind}\r\n'.encode() if content is None else b'%s %x\r\n%s\r\n' % (kind.encode(), len(content), content))
    return b''.join(parts)


def came_through_proxy(token):
    """The proxy signs each request: Grip-Sig is a JSON Web Token (HS256) of the key that we share."""
    signed, _, signature = token.rpartition('.')
    right = base64.urlsafe_b64encode(hmac.digest(GRIP_KEY.encode(), signed.encode(), hashlib.sha256)).rstrip(b'=')
    if not hmac.compare_digest(right, signature.encode()):
        return False
    return json.loads(base64.urlsafe_b64decode(signed.partition('.')[2] + '==='))['exp'] > time.time()


if __name__ == '__main__':
    print(f'Listening on http://127.0.0.1:{PORT}')
    ThreadingHTTPServer(('127.0.0.1', PORT), Handler).serve_forever()
