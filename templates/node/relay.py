"""Connects to servers from a node, for one who cannot: many connections over standard input and output.

A frame is a number of four bytes that names a connection, a letter, a length of four bytes, and so many bytes.
  in:  o HOST PORT  opens a connection    d DATA  is for its server    c         closes it
  out: o            it is open            d DATA  is of its server     c REASON  it is closed, or never was open
The first frame out is h: what comes in is heard from now on. Ends when the input does.
"""
import asyncio
import errno
import os
import struct
import sys
from functools import partial

HEADER = struct.Struct('>IcI')


class Connection(asyncio.Protocol):
    def __init__(self, say, joined):
        self.say, self.joined = say, joined

    def connection_made(self, transport):
        self.joined(transport)
        self.say(b'o')

    def data_received(self, data):
        self.say(b'd', data)

    def connection_lost(self, error):
        self.say(b'c', reason(error))


class Output(asyncio.BaseProtocol):
    def connection_lost(self, error):
        os._exit(1)  # nobody is there any more


def reason(error):
    code = errno.errorcode.get(getattr(error, 'errno', None))
    return (code or str(error or '')).encode()


async def relay():
    loop = asyncio.get_running_loop()
    frames = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(frames), sys.stdin.buffer)
    output, _ = await loop.connect_write_pipe(Output, sys.stdout.buffer)
    opening, connections = {}, {}

    def say(number, letter, data=b''):
        if letter == b'c':
            connections.pop(number, None)
        output.write(HEADER.pack(number, letter, len(data)) + data)

    async def connect(number, host, port):
        joined = partial(connections.__setitem__, number)
        try:
            await loop.create_connection(lambda: Connection(partial(say, number), joined), host, int(port))
        except OSError as error:
            say(number, b'c', reason(error))
        finally:
            del opening[number]

    say(0, b'h')
    while True:
        try:
            number, letter, length = HEADER.unpack(await frames.readexactly(HEADER.size))
            data = await frames.readexactly(length)
        except asyncio.IncompleteReadError:
            return
        if letter == b'o':
            opening[number] = asyncio.ensure_future(connect(number, *data.decode().rsplit(' ', 1)))
        elif letter == b'd' and number in connections:
            connections[number].write(data)
        elif letter == b'c' and number in opening:
            opening[number].cancel()
        elif letter == b'c' and number in connections:
            connections[number].abort()


asyncio.run(relay())
