"""Holds packets of a queue of the packet filter back, and lets some of them go never.

Arguments: number of the queue, delay and jitter (ms), loss (%), rate (kbit/s, 0: no limit). Each way, to this node and from it, is
a line of its own, on which packets keep their order. Prints a line once it holds the queue, and ends when its file is gone.
"""
import heapq
import os
import random
import select
import socket
import struct
import sys
import time

QUEUE = int(sys.argv[1])
DELAY, JITTER, LOSS, RATE = (float(word) for word in sys.argv[2:6])
PACKET, VERDICT, CONFIG = 0x300, 0x301, 0x302
BIND, COPY_HEADERS = 1, 64
DROP, ACCEPT = 0, 1
LOCAL_IN = 1
MOST_HELD = 10000
MOST_IDLE = 0.25

netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
# A queue that is full loses packets, as a line does, and is no error.
netlink.setsockopt(270, 5, 1)
netlink.bind((0, 0))


def attribute(kind, data):
    size = 4 + len(data)
    return struct.pack("=HH", size, kind) + data + bytes(-size % 4)


def message(kind, flags, body):
    body = struct.pack(">BBH", 0, 0, QUEUE) + body
    return struct.pack("=IHHII", 16 + len(body), kind, flags, 0, 0) + body


def configure(kind, data):
    netlink.send(message(CONFIG, 1 | 4, attribute(kind, data)))
    _, kind, _, _, _, error = struct.unpack_from("=IHHIIi", netlink.recv(65536))
    if kind != 2 or error != 0:
        raise OSError(-error, os.strerror(-error))


def acknowledged():
    # The one before it may still hold the queue for a moment.
    for last in [False] * 50 + [True]:
        try:
            configure(1, struct.pack(">BBH", BIND, 0, 0))
            break
        except OSError:
            if last:
                raise
            time.sleep(0.1)
    configure(2, struct.pack(">IB", COPY_HEADERS, 2))
    configure(3, struct.pack(">I", MOST_HELD))
    netlink.setblocking(False)


def attributes(data, at):
    found = {}
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        if size < 4:
            break
        found[kind & 0x3FFF] = data[at + 4 : at + size]
        at += size + -size % 4
    return found


def settle(number, verdict):
    netlink.send(message(VERDICT, 1, attribute(2, struct.pack(">II", verdict, number))))


held = []
free_at = {}
last_at = {}


def take(found, now):
    number, _, hook = struct.unpack(">IHB", found[1])
    if random.random() * 100 < LOSS:
        return settle(number, DROP)
    # Of a long packet only the headers are here, and its length is told.
    length = struct.unpack(">I", found[13])[0] if 13 in found else len(found.get(10, b""))
    way = hook == LOCAL_IN
    leaves = now
    if RATE:
        leaves = max(now, free_at.get(way, 0)) + length * 8 / (RATE * 1000)
        free_at[way] = leaves
    leaves += max(0, DELAY + random.uniform(-JITTER, JITTER)) / 1000
    last_at[way] = leaves = max(leaves, last_at.get(way, 0))
    heapq.heappush(held, (leaves, number))


def read(now):
    while True:
        try:
            data = netlink.recv(1 << 17)
        except BlockingIOError:
            return
        at = 0
        while at + 16 <= len(data):
            size, kind, _, _, _ = struct.unpack_from("=IHHII", data, at)
            if kind == PACKET:
                take(attributes(data[: at + size], at + 20), now)
            at += size + -size % 4 or len(data)


acknowledged()
print("ready", flush=True)
while os.path.exists(__file__):
    now = time.monotonic()
    while held and held[0][0] <= now:
        settle(heapq.heappop(held)[1], ACCEPT)
    wait = held[0][0] - now if held else MOST_IDLE
    select.select([netlink], [], [], max(0, min(wait, MOST_IDLE)))
    read(time.monotonic())
