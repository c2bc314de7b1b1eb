"""A client of a service: some callers that append numbers to a list, by redis-py as it is used in production. It reads one line of JSON
from its standard input, tells what became of each write on its standard output, and ends when its input does."""

import json
import os
import sys
import threading
import time

# What a write that is under way at the end may still take, seconds.
LAST = 1.0

plan = json.loads(sys.stdin.readline())

try:
    import redis
    from redis.backoff import ExponentialBackoff
    from redis.retry import Retry
    from redis.sentinel import Sentinel
except ImportError as error:
    sys.exit("%s has no redis-py: %s" % (sys.executable, error))

if plan.get("check"):
    print(redis.__version__)
    sys.exit(0)

# What later versions have as the defaults of ExponentialBackoff: at most, and at first, seconds.
BACKOFF = (0.512, 0.008)

lock = threading.Lock()
pending = {}
numbers = iter(range(1, sys.maxsize))
stopping = threading.Event()


def now():
    return time.monotonic() * 1000


def tell(*words):
    with lock:
        sys.stdout.write(json.dumps([now(), *words]) + "\n")
        sys.stdout.flush()


def kind_of(error):
    """ConnectionError, TimeoutError, MasterNotFoundError; what the server says is known by its first word."""
    name = type(error).__name__
    words = str(error).split()
    if name == "ResponseError" and words:
        return words[0]
    return name


def connection():
    at = plan["at"]
    settings = dict(plan["settings"])
    if "retry" in settings:
        settings["retry"] = Retry(ExponentialBackoff(*BACKOFF), settings["retry"])
    if "retry_on_error" in settings:
        settings["retry_on_error"] = [
            getattr(redis.exceptions, name) for name in settings["retry_on_error"]
        ]
    password = at.get("password")
    sentinel_kwargs = None
    if password is not None:
        # Where these are given, redis-py does not take over the timeouts by itself.
        timeouts = {k: v for k, v in settings.items() if k.startswith("socket_")}
        sentinel_kwargs = {"password": password, **timeouts}
    sentinels = [(each["host"], each["port"]) for each in at["sentinels"]]
    sentinel = Sentinel(sentinels, sentinel_kwargs=sentinel_kwargs, **settings)
    return sentinel.master_for(at["masterName"], db=at["database"], password=password)


def call(master):
    while not stopping.is_set():
        with lock:
            number = next(numbers)
            began = now()
            pending[number] = began
        try:
            master.rpush(plan["key"], number)
            tell("ok", number, began)
        except Exception as error:  # whatever a service would see
            tell("error", number, began, kind_of(error))
        with lock:
            del pending[number]
        stopping.wait(max(0.0, (began + plan["everyMs"] - now()) / 1000))


master = connection()
tell("ready", redis.__version__)
callers = [
    threading.Thread(target=call, args=(master,), daemon=True) for _ in range(plan["callers"])
]
for each in callers:
    each.start()
sys.stdin.read()
stopping.set()
end = time.monotonic() + LAST
for each in callers:
    each.join(max(0.0, end - time.monotonic()))
with lock:
    left = dict(pending)
for number, began in left.items():
    tell("pending", number, began)
tell("done")
# A caller that waits for an answer would keep it alive.
os._exit(0)
