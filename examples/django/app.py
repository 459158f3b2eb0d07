"""The founding example of GRIP: a counter in a Django model, whose view long-polls; and the same as server-sent events
and over WebSockets.

Plain Django, without a library. One file, so that all of it is seen at once.
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
import urllib.request

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.urls import path

# Where the proxy takes publishes, and the key that it signs its requests with.
GRIP_URL = os.environ.get('GRIP_URL', 'http://127.0.0.1:5561')
GRIP_KEY = os.environ.get('GRIP_KEY', 'changeme')

# A WebSocket reaches us as POSTs of this type.
EVENTS = 'application/websocket-events'

DATABASE = os.path.join(tempfile.gettempdir(), 'gripscope-django-example.sqlite3')
settings.configure(
    DEBUG=True,
    SECRET_KEY='only for this example',
    ALLOWED_HOSTS=['*'],
    ROOT_URLCONF=__name__,
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': DATABASE}},
)
django.setup()


class Counter(models.Model):
    name = models.CharField(max_length=50, primary_key=True)
    value = models.IntegerField(default=120)

    class Meta:
        app_label = 'counter'

    @classmethod
    def increment(cls):
        """Adds one, and tells everyone who waits. The same publish reaches long-polls, streams and WebSockets."""
        with transaction.atomic():
            cls.objects.filter(name='counter').update(value=models.F('value') + 1)
            value = cls.objects.get(name='counter').value
        publish({
            'channel': 'counter',
            'id': str(value),
            'prev-id': str(value - 1),
            'formats': {
                'http-response': {'headers': {'Content-Type': 'application/json'}, 'body': f'{value}\n'},
                'http-stream': {'content': event(value)},
                'ws-message': {'content': str(value)},
            },
        })
        return value


def counter_value(request):
    """GET: the value at once; or, if `last` is the value already, the next one once there is one. POST: adds one."""
    if request.method == 'POST':
        return HttpResponse(f'{Counter.increment()}\n', content_type='application/json')
    value = Counter.objects.get(name='counter').value
    if request.GET.get('last') != str(value):
        return HttpResponse(f'{value}\n', content_type='application/json')
    if not came_through_proxy(request):
        return needs_proxy()
    instruct = {
        # The prev-id tells the proxy what this client has: if a newer value went out between our look at it and the
        # hold, it asks us again at once.
        'hold': {'mode': 'response', 'timeout': 55, 'channels': [{'name': 'counter', 'prev-id': str(value)}]},
        # What the client gets if nothing is published in time.
        'response': {'headers': {'Content-Type': 'application/json'}, 'body': f'{value}\n'},
    }
    return HttpResponse(json.dumps(instruct), content_type='application/grip-instruct')


def counter_events(request):
    """Every value, as server-sent events. The client misses none: the proxy comes back here if it noticed a gap."""
    if not came_through_proxy(request):
        return needs_proxy()
    value = Counter.objects.get(name='counter').value
    # What the client has: the proxy says so when it asks again by itself, a browser when it comes back.
    last = request.headers.get('Grip-Last', '').partition('last-id=')[2] or request.headers.get('Last-Event-ID')
    response = HttpResponse('' if last == str(value) else event(value), content_type='text/event-stream')
    response['Grip-Hold'] = 'stream'
    response['Grip-Channel'] = f'counter; prev-id={value}'
    response['Grip-Link'] = '</counter/events/>; rel=next'
    response['Grip-Keep-Alive'] = r':\n\n; format=cstring; timeout=20'
    return response


def counter_socket(request):
    """Every value, over a WebSocket; each message that comes adds one. It takes what happened on the WebSocket since the
    last request, and answers with what shall happen on it."""
    if request.content_type != EVENTS:
        return HttpResponse('This is a WebSocket, behind a GRIP proxy.\n', 'text/plain', 400)
    if not came_through_proxy(request):
        return needs_proxy()
    response = HttpResponse(content_type=EVENTS)
    for kind, content in decode_events(request.body):
        if kind == 'OPEN':
            # Taking the extension: text that begins with "m:" is for the client, "c:" is for the proxy.
            response['Sec-WebSocket-Extensions'] = 'grip; message-prefix="m:"'
            response.write(b'OPEN\r\n')
            response.write(encode_event('TEXT', b'c:{"type": "subscribe", "channel": "counter"}'))
            response.write(encode_event('TEXT', b'm:%d' % Counter.objects.get(name='counter').value))
        elif kind == 'TEXT':
            Counter.increment()
        elif kind in ('PING', 'CLOSE'):
            response.write(encode_event('PONG' if kind == 'PING' else 'CLOSE', content))
    return response


def decode_events(body):
    """An event is a line with its type and, if it has content, the content's size in hex; then the content."""
    while body:
        line, _, body = body.partition(b'\r\n')
        kind, _, size = line.decode().partition(' ')
        end = int(size or '0', 16)
        yield kind, body[:end]
        if size:
            body = body[end + 2:]


def encode_event(kind, content):
    return b'%s %x\r\n%s\r\n' % (kind.encode(), len(content), content)


def event(value):
    return f'id: {value}\ndata: {value}\n\n'


def publish(item):
    request = urllib.request.Request(f'{GRIP_URL}/publish/', json.dumps({'items': [item]}).encode())
    urllib.request.urlopen(request, timeout=5).close()


def came_through_proxy(request):
    """The proxy signs each request: Grip-Sig is a JSON Web Token (HS256) of the key that we share."""
    signed, _, signature = request.headers.get('Grip-Sig', '').rpartition('.')
    right = base64.urlsafe_b64encode(hmac.digest(GRIP_KEY.encode(), signed.encode(), hashlib.sha256)).rstrip(b'=')
    if not hmac.compare_digest(right, signature.encode()):
        return False
    claims = signed.partition('.')[2]
    return json.loads(base64.urlsafe_b64decode(claims + '==='))['exp'] > time.time()


def needs_proxy():
    return HttpResponse('This needs a GRIP proxy: ask its port, not the backend.\n', 'text/plain', 501)


urlpatterns = [
    path('counter/value/', counter_value),
    path('counter/events/', counter_events),
    path('counter/socket/', counter_socket),
]

if __name__ == '__main__':
    if Counter._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Counter)
    Counter.objects.get_or_create(name='counter')
    port = os.environ.get('PORT', '8000')
    execute_from_command_line([sys.argv[0], 'runserver', '--noreload', f'127.0.0.1:{port}'])
