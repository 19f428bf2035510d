"""Restores a dataset version from a folder of MLOps.Sdk, with Python's standard library alone; docs/format.md says how.

usage: read_dataset.py BLOBS TREE TARGET        the folder .mlops/blobs, the digest of the version's tree
       read_dataset.py STORE NAME[@TAG] TARGET  the folder .mlops, a dataset and perhaps a tag or a branch
"""
import hashlib
import json
import os
import sqlite3
import struct
import sys
import zlib

CODECS = {0: lambda stored: stored, 1: zlib.decompress}
NAMES = {2: "Brotli (RFC 7932)", 3: "Zstandard"}


class Chunks:
    """Every chunk of every pack, by digest."""

    def __init__(self, blobs):
        self.places = {}
        packs = os.path.join(blobs, "chunks+", "packs+")
        for name in sorted(os.listdir(packs)):
            self.open_pack(os.path.join(packs, name), name.removesuffix(".pack"))

    def open_pack(self, path, name):
        with open(path, "rb") as pack:
            pack.seek(-40, os.SEEK_END)
            count, digest, magic = struct.unpack("<I32s4s", pack.read(40))
            if magic != b"KPLM" or digest.hex() != name:
                sys.exit(f"{path} is not a whole pack")
            pack.seek(-40 - 48 * count, os.SEEK_END)
            entries = pack.read(48 * count)
        if hashlib.sha256(entries).digest() != digest:
            sys.exit(f"the footer of {path} is damaged")
        for chunk, offset, stored, length, codec in struct.iter_unpack("<32sIIIB3x", entries):
            if codec != 255:
                self.places[chunk] = (path, offset, stored, length, codec)

    def read(self, digest):
        if digest not in self.places:
            sys.exit(f"the chunk {digest.hex()} is missing")
        path, offset, stored, length, codec = self.places[digest]
        if codec not in CODECS:
            sys.exit(f"the chunk {digest.hex()} is compressed with codec {codec}, {NAMES.get(codec, 'which is unknown')}; this reader knows zlib and none")
        with open(path, "rb") as pack:
            pack.seek(offset)
            chunk = CODECS[codec](pack.read(stored))
        if len(chunk) != length or hashlib.sha256(chunk).digest() != digest:
            sys.exit(f"the chunk {digest.hex()} in {path} is damaged")
        return chunk

    def content(self, kind, digest):
        if kind == "c":
            yield self.read(digest)
            return
        parts = self.read(digest)
        if parts[:5] != b"MLCL\x01":
            sys.exit(f"the chunk {digest.hex()} is not a list")
        for part, _ in struct.iter_unpack("<32sQ", parts[8:]):
            yield from self.content("c" if parts[5] == 0 else "l", part)

    def files(self, tree):
        header, *lines = self.read(tree).decode("utf-8").split("\n")[:-1]
        level = int(header.removeprefix("mlops-tree 2 "))
        for line in lines:
            if level == 0:
                kind, digest, length, path = line.split(" ", 3)
                yield path, int(length), kind, bytes.fromhex(digest)
            else:
                yield from self.files(bytes.fromhex(line.split(" ", 3)[0]))


def record(store, collection, key):
    with sqlite3.connect(f"file:{store}/mlops.db?mode=ro", uri=True) as database:
        row = database.execute(
            "select d.json from mlops_record r join mlops_collection c on c.id = r.collection join mlops_document d on d.record = r.id"
            " where c.name = ? and r.name = ? and r.deleted = 0", (collection, key)).fetchone()
    return json.loads(row[0]) if row else None


def tree_of(store, reference):
    dataset, _, name = reference.partition("@")
    found = record(store, "dataset-refs", f"{dataset}/tags/{name}") or record(store, "dataset-refs", f"{dataset}/heads/{name or 'main'}")
    return record(store, "dataset-versions", found["version"])["tree"] if found else sys.exit(f"there is no {reference}")


def main(store, what, target):
    blobs = store if os.path.isdir(os.path.join(store, "chunks+")) else os.path.join(store, "blobs")
    tree = what if len(what) == 64 else tree_of(store, what)
    chunks = Chunks(blobs)
    for path, length, kind, digest in chunks.files(bytes.fromhex(tree)):
        if path.startswith("/") or "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
            sys.exit(f"the path {path!r} leads out of the folder")
        local = os.path.join(target, *path.split("/"))
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with open(local, "xb") as file:
            for chunk in chunks.content(kind, digest):
                file.write(chunk)
            if file.tell() != length:
                sys.exit(f"{path} has {file.tell()} bytes and should have {length}")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 4 else sys.exit(__doc__)
