"""Signs a token with PyJWT and prints it: make_token.py ALGORITHM KEY_FILE PUBLISH SUBSCRIBE, two JSON arrays."""

import json
import sys
import time

import jwt

algorithm, key_file, publish, subscribe = sys.argv[1:]
with open(key_file) as file:
    key = file.read()
claims = {
    "mercure": {"publish": json.loads(publish), "subscribe": json.loads(subscribe)},
    "iat": int(time.time()),
    "exp": int(time.time()) + 3600,
}
print(jwt.encode(claims, key, algorithm=algorithm))
