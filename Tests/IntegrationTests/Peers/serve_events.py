"""Serves an event stream with sse-starlette. Prints its port; ends with standard input."""

import asyncio
import os
import socket
import sys
import threading

import uvicorn
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.routing import Route


async def finite(request):
    async def events():
        yield ServerSentEvent(comment="hello")
        yield ServerSentEvent(data="plain")
        yield ServerSentEvent(event="typed", id="1", retry=1234, data="first\nsecond\r\nthird")
        yield ServerSentEvent(event="typed", id="\u2026", data="\U0001f600 \u00e9")
        yield ServerSentEvent(data=request.headers.get("last-event-id", "none"))

    return EventSourceResponse(events())


async def silent(request):
    async def events():
        yield ServerSentEvent(data="before")
        await asyncio.sleep(2.5)
        yield ServerSentEvent(data="after")

    return EventSourceResponse(events(), ping=1)


def leave_with_input():
    sys.stdin.read()
    os._exit(0)


app = Starlette(routes=[Route("/finite", finite), Route("/silent", silent)])
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
print(listener.getsockname()[1], flush=True)
threading.Thread(target=leave_with_input, daemon=True).start()
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
