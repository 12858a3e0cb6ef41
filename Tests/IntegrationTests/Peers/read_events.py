"""Reads events with httpx-sse and prints each as a line of JSON: read_events.py URL COUNT [TOKEN].

Says "open" on standard error once the stream is there."""

import json
import sys

import httpx
from httpx_sse import connect_sse

url, count = sys.argv[1], int(sys.argv[2])
headers = {"Authorization": f"Bearer {sys.argv[3]}"} if len(sys.argv) > 3 else {}

with httpx.Client(timeout=60, headers=headers) as client, connect_sse(client, "GET", url) as source:
    source.response.raise_for_status()
    print("open", file=sys.stderr, flush=True)
    for number, event in enumerate(source.iter_sse(), start=1):
        record = {"type": event.event, "data": event.data, "id": event.id, "retry": event.retry}
        print(json.dumps(record), flush=True)
        if number == count:
            break
