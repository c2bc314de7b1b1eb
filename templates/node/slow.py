"""Holds packets of a queue of the packet filter back, and lets some of them go never.

Arguments: number of the queue, delay and jitter (ms), loss (%), rate (kbit/s, 0: no limit). Each way, to this node and from it, is
a line of its own, on which packets keep their order. Tells systemd, or prints a line, once it holds the queue; ends with it.
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
    size, kind, _, _, _ = struct.unpack_from("=IHHII", netlink.recv(65536))
    if kind != 2:
        sys.exit("the kernel answered with a message of type %d" % kind)


def acknowledged():
    netlink.setblocking(True)
    configure(1, struct.pack(">BBH", BIND, 0, 0))
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


def tell():
    name = os.environ.get("NOTIFY_SOCKET")
    if not name:
        return print("ready", flush=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.sendto(b"READY=1", "\0" + name[1:] if name[0] == "@" else name)


acknowledged()
tell()
while True:
    now = time.monotonic()
    while held and held[0][0] <= now:
        settle(heapq.heappop(held)[1], ACCEPT)
    select.select([netlink], [], [], max(0, held[0][0] - now) if held else None)
    read(time.monotonic())
