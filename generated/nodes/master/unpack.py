#!/usr/bin/env python3
"""Unpacks a finished build, of which every member is checked before the first one is written.

    unpack.py FILE FOLDER ENGINE     standard input: what the file BUILD in it must say

The same checks as on the host (lib/cache/read-build.ts). No tar comes after them that could read the archive in another
way: whoever writes here is root. Ends with 1 and one line that says what is wrong, a sentence without its subject.
"""
import gzip
import os
import re
import sys
import tarfile
import zlib

MOST_UNPACKED = 500_000_000
MOST_MEMBERS = 100
LONGEST_MANIFEST = 4096
PIECE = 1 << 20
PROGRAM = re.compile(r'(?:redis|valkey)-[a-z0-9]+(?:-[a-z0-9]+)*')
FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
LINKS = (tarfile.SYMTYPE, tarfile.LNKTYPE)


class Flaw(Exception):
    pass


def members(file):
    """Every member, with a function that gives its content in pieces. A header says all there is about its member:
    what would go on in another one (long names, pax, sparse files) is none of those that a build has."""
    left = MOST_UNPACKED
    file.seek(0)
    with gzip.GzipFile(fileobj=file) as archive:

        def take(size):
            nonlocal left
            piece = archive.read(min(size, left + 1))
            left -= len(piece)
            if left < 0:
                raise Flaw(f'it unpacks to more than {MOST_UNPACKED} bytes')
            return piece

        def pieces(size):
            rest = size + -size % tarfile.BLOCKSIZE
            while rest > 0:
                piece = take(min(rest, PIECE))
                if not piece:
                    raise Flaw('its end is missing')
                rest -= len(piece)
                yield piece[: max(0, size)]
                size -= len(piece)

        while any(header := b''.join(pieces(tarfile.BLOCKSIZE))):
            try:
                member = tarfile.TarInfo.frombuf(header, 'ascii', 'strict')
            except (tarfile.HeaderError, ValueError) as error:
                raise Flaw('it is no tar') from error
            if member.size < 0 or (member.size > 0 and member.type not in FILES):
                raise Flaw(f'{member.name!r} in it has no size')
            content = pieces(member.size)
            yield member, content
            for _ in content:
                pass
        while take(PIECE):  # the checksum stands at the end
            pass


def is_sound(member):
    folder, _, name = member.name.partition('/')
    if member.type == tarfile.DIRTYPE:
        return member.name in ('bin', 'bin/')
    if folder != 'bin' or not PROGRAM.fullmatch(name):
        return False
    if member.type == tarfile.SYMTYPE:
        return bool(PROGRAM.fullmatch(member.linkname))
    if member.type == tarfile.LNKTYPE:
        return member.linkname.startswith('bin/') and bool(PROGRAM.fullmatch(member.linkname[4:]))
    return member.type in FILES


def check(file, engine, manifest):
    seen = set()
    programs = set()
    for member, content in members(file):
        if len(seen) == MOST_MEMBERS:
            raise Flaw(f'it has more than {MOST_MEMBERS} members')
        if not seen:
            if member.name != 'BUILD' or member.type not in FILES or member.size > LONGEST_MANIFEST:
                raise Flaw('it does not begin with the file BUILD, which says what it is')
            said = b''.join(content).splitlines()
            for line in manifest.splitlines():
                if line not in said:
                    raise Flaw(f'its file BUILD does not say {line.decode()}')
        elif not is_sound(member):
            raise Flaw(f'{member.name!r} in it is no part of a build')
        if member.mode & 0o7000:
            raise Flaw(f'{member.name!r} in it has the mode {member.mode:o}')
        name = member.name.rstrip('/')
        if name in seen:
            raise Flaw(f'{name!r} is in it twice')
        if member.type == tarfile.LNKTYPE and member.linkname not in programs:
            raise Flaw(f'{name!r} in it is a link to what does not stand before it')
        seen.add(name)
        if member.type in FILES:
            programs.add(name)
    if not seen:
        raise Flaw('it is empty')
    if f'bin/{engine}-server' not in programs:
        raise Flaw(f'there is no bin/{engine}-server in it')


def write(file, folder):
    os.mkdir(f'{folder}/bin')
    for member, content in members(file):
        place = f'{folder}/{member.name}'
        if member.type == tarfile.SYMTYPE:
            os.symlink(member.linkname, place)
        elif member.type == tarfile.LNKTYPE:
            os.link(f'{folder}/{member.linkname}', place)
        elif member.type in FILES:
            mode = 0o644 if member.name == 'BUILD' else 0o755
            with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), 'wb') as made:
                for piece in content:
                    made.write(piece)


def main(name, folder, engine):
    manifest = sys.stdin.buffer.read()
    with open(name, 'rb') as file:
        try:
            check(file, engine, manifest)
            write(file, folder)
        except Flaw as flaw:
            sys.exit(str(flaw))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            sys.exit(f'it cannot be unpacked: {error}')


if __name__ == '__main__':
    main(*sys.argv[1:])
