"""Serves event streams with aiohttp, cut in odd places. Prints its port; ends with standard input."""

import asyncio
import os
import socket
import sys
import threading

from aiohttp import web


async def numbered(request):
    last = int(request.headers.get("Last-Event-ID", "0"))
    if last >= 6:
        return web.Response(status=204)
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    await response.write(b"retry: 10\r\n\r\n")
    for number in (last + 1, last + 2):
        for byte in f"id: {number}\r\ndata: {number} \U0001f600\r\n\r\n".encode():
            await response.write(bytes([byte]))
    if last == 2:
        # No last chunk: the connection is cut.
        request.transport.abort()
    return response


async def main():
    app = web.Application()
    app.router.add_get("/numbered", numbered)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    print(listener.getsockname()[1], flush=True)
    await asyncio.Event().wait()


def leave_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave_with_input, daemon=True).start()
asyncio.run(main())
