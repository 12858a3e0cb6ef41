"""Reads events with httpx-sse and prints each as a line of JSON: read_events.py URL COUNT."""

import json
import sys

import httpx
from httpx_sse import connect_sse

url, count = sys.argv[1], int(sys.argv[2])

with httpx.Client(timeout=20) as client, connect_sse(client, "GET", url) as source:
    for number, event in enumerate(source.iter_sse(), start=1):
        record = {"type": event.event, "data": event.data, "id": event.id, "retry": event.retry}
        print(json.dumps(record), flush=True)
        if number == count:
            break
