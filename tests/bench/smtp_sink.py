"""A mail server that takes everything and keeps nothing, in a process of its own."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.smtp import HOST, free_port
from tests.support.tree import ROOT

_ANSWERS = {
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
    b"EHLO": b"250-here\r\n250 8BITMIME\r\n",
}
_OK = b"250 OK\r\n"


@contextmanager
def running() -> Iterator[int]:
    """Run it and give its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.smtp_sink", str(port)], cwd=ROOT)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((HOST, port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the mail server did not start")


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 here\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        writer.write(_ANSWERS.get(word, _OK))
        if word == b"DATA":
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(_OK)
        elif word == b"QUIT":
            break
    writer.close()


async def _serve(port: int) -> None:
    server = await asyncio.start_server(_talk, HOST, port, limit=1024 * 1024)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
