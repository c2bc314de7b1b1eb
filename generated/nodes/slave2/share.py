#!/usr/bin/env python3
"""The share: how the builder's finished build gets to the other nodes, over plain HTTP.

    share.py serve IP PORT TAKER...  on the builder: gives the build until each TAKER, an address, has said that it has
                                     its server, and at most SHARE_SECONDS (7200) after its last news
    share.py have IP PORT            on a taker: says so
    share.py sign KEY                the HMAC-SHA256 of standard input, with the key of the lab in the file KEY

Plain HTTP can be spoken by whoever takes the builder's address, so nothing that comes by it is believed: the builder
signs what it gives with the key of the lab, which every node gets another way (install.sh).
"""
import hmac
import http.client
import os
import re
import socketserver
import sys
import time
from http.server import BaseHTTPRequestHandler

FOLDER = '/var/lib/redis-lab/share'
SECONDS = int(os.environ.get('SHARE_SECONDS', '7200'))


def state():
    """The one line that install.sh keeps: "building", "failed", or "ready DIGEST FILE SIGNATURE"."""
    with open(f'{FOLDER}/state', 'rb') as file:
        return file.read(1000)


class Handler(BaseHTTPRequestHandler):
    timeout = 60  # seconds without a word

    def do_GET(self):
        try:
            if self.path == '/have':
                self.give(b'noted\n')
                # Only now: when the last one has it, the share ends, and its answer would be cut off.
                self.server.takers.discard(self.client_address[0])
            elif self.path == '/state':
                self.give(state())
            elif (name := build_in(state())) and self.path == f'/{name}':
                with open(f'{FOLDER}/{name}', 'rb') as file:
                    self.give_file(file)
            else:
                self.send_error(404)
        except OSError:
            self.close_connection = True

    def give(self, content):
        self.begin(len(content))
        self.wfile.write(content)

    def give_file(self, file):
        self.begin(os.fstat(file.fileno()).st_size)
        while piece := file.read(65536):
            self.wfile.write(piece)

    def begin(self, size):
        self.send_response(200)
        self.send_header('Content-Length', str(size))
        self.end_headers()

    def log_message(self, *_):
        pass  # a node that waits asks every two seconds


def build_in(line):
    """The only file that is given: the one that the state names."""
    found = re.fullmatch(rb'ready \S+ ([A-Za-z0-9][A-Za-z0-9._-]*) \S+\n', line)
    return found[1].decode() if found else ''


class Share(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    timeout = 1  # seconds that handle_request() waits

    def handle_error(self, *_):
        pass  # one that hangs up is no news

    def until_done(self):
        news, end = None, time.monotonic() + SECONDS
        while self.takers and time.monotonic() < end:
            now = state()
            if now != news:
                news, end = now, time.monotonic() + SECONDS
            self.handle_request()


def serve(ip, port, *takers):
    with Share((ip, int(port)), Handler) as share:
        share.takers = set(takers)
        share.until_done()
        missing = ' '.join(sorted(share.takers))
    print(f'closed after {SECONDS} s; nothing was heard of {missing}' if missing else 'closed: every node has its server')


def have(ip, port):
    connection = http.client.HTTPConnection(ip, int(port), timeout=5)
    try:
        connection.request('GET', '/have')
        connection.getresponse().read(100)
    except (OSError, http.client.HTTPException):
        pass  # the share is closed, or was never open; it also ends by itself


def sign(file):
    with open(file, encoding='ascii') as key:
        text = key.read(1000).strip()
    if not re.fullmatch('[0-9a-f]{64}', text):
        sys.exit(f'{file} holds no key')
    print(hmac.new(bytes.fromhex(text), sys.stdin.buffer.read(), 'sha256').hexdigest())


if __name__ == '__main__':
    {'serve': serve, 'have': have, 'sign': sign}[sys.argv[1]](*sys.argv[2:])
