"""Publishes with requests: publish_events.py URL TOKEN. Each line of standard input is a JSON object of form fields, each
line of the output what the hub answers."""

import json
import sys

import requests

url, token = sys.argv[1:]

with requests.Session() as session:
    session.headers["Authorization"] = f"Bearer {token}"
    for line in sys.stdin:
        answer = session.post(url, data=json.loads(line), timeout=60)
        record = {"status": answer.status_code, "type": answer.headers.get("Content-Type"), "body": answer.text}
        print(json.dumps(record), flush=True)
