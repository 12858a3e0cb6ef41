"""Whether subscribers got what a cluster promises: judged from what was acknowledged, what the nodes keep, and what each
subscriber saw.

Pure functions over lists, so that `self_test` can feed them histories that are wrong and see them found.
"""
import collections
import typing

EXAMPLES_OF_A_KIND = 3


class Event(typing.NamedTuple):
    """An event as a subscriber or a node's log has it."""
    id: str
    name: str


class Gap(typing.NamedTuple):
    """What a subscriber was told: events are missing here."""
    reason: str


class Verdict:
    """Faults by their kind, with the first few of each in words."""

    def __init__(self):
        self.kinds = collections.Counter()
        self.examples = []

    def fault(self, kind, words):
        self.kinds[kind] += 1
        if self.kinds[kind] <= EXAMPLES_OF_A_KIND:
            self.examples.append(f"{kind}: {words}")

    def __bool__(self):
        return not self.kinds


def position(event_id):
    """An id such as `#k3v9x2-1z` as a pair of numbers, which sort as the events do within an epoch."""
    if not event_id.startswith("#") or event_id.count("-") != 1:
        raise ValueError(f"{event_id!r} is not an id that a hub makes")
    epoch, sequence = event_id[1:].split("-")
    return int(epoch, 36), int(sequence, 36)


def judge(published, acknowledged, logs, histories, *, is_lasting=True, may_repeat=frozenset()):
    """Compares what was promised with what came.

    published: the names of all events that anybody tried to publish.
    acknowledged: for each publisher, which waits for one answer before it publishes the next, the events with the ids that
        it was answered, in that order.
    logs: for each node the events that it keeps, from the first to the last, read when all was quiet.
    histories: for each subscriber what it saw, events and gaps, in order; the last event of all is known to be the same.
    is_lasting: whether the log outlives a kill of its hub. If not, each life of a hub is an epoch of its own, and what a
        subscriber misses when the epoch changes has to be told.
    may_repeat: names of events that may be in the log more than once, since they were tried again without a key.
    """
    verdict = Verdict()
    if is_lasting:
        compare_logs(verdict, logs)
    known = gather(verdict, published, acknowledged, logs, histories, is_lasting, may_repeat)
    check_acknowledged(verdict, acknowledged, logs, is_lasting)
    epochs = epochs_in_order({**logs, **acknowledged}, histories)
    order = sorted(known.items(), key=lambda item: (epochs.index(item[0][0]), item[0][1]))
    rank_of = {place: rank for rank, (place, _) in enumerate(order)}
    ranks = {item.id: rank_of[position(item.id)] for item in distinct_events(histories)}
    for subscriber, history in histories.items():
        judge_history(verdict, subscriber, history, order, ranks)
    return verdict


def compare_logs(verdict, logs):
    """All nodes keep the same events with the same ids in the same order."""
    (first, expected), *others = logs.items()
    for node, log in others:
        for place, (mine, theirs) in enumerate(zip(expected, log)):
            if mine != theirs:
                verdict.fault("nodes differ", f"event {place} is {mine} on {first} and {theirs} on {node}")
                break
        else:
            if len(log) != len(expected):
                verdict.fault("nodes differ", f"{first} keeps {len(expected)} events and {node} {len(log)}")
    for node, log in logs.items():
        for before, after in zip(log, log[1:]):
            if position(before.id) >= position(after.id):
                verdict.fault("log out of order", f"{node} has {after} behind {before}")


def gather(verdict, published, acknowledged, logs, histories, is_lasting, may_repeat):
    """All events that anybody knows of, by their positions: an id has one event, and an event one id."""
    known, places = {}, {}
    kept = {event.id for log in logs.values() for event in log}

    def add(event, where):
        place = position(event.id)
        name = known.setdefault(place, event.name)
        if name != event.name:
            verdict.fault("id of two events", f"{event.id} is {name} and, for {where}, {event.name}")
        if event.name not in published:
            verdict.fault("never published", f"{where} has {event}")
        # A key that is kept in memory only does not outlive the hub, so there may be one in each epoch.
        life = event.name if is_lasting else (place[0], event.name)
        if places.setdefault(life, place) != place and event.name not in may_repeat:
            verdict.fault("event with two ids", f"{event.name} is {event.id} for {where} and something else elsewhere")

    for node, log in logs.items():
        for event in log:
            add(event, node)
    for publisher, events in acknowledged.items():
        for event in events:
            add(event, publisher)
    checked = set()
    for subscriber, history in histories.items():
        # Nearly all of them are what others had before: millions of deliveries are some thousand events.
        fresh = {item for item in history if isinstance(item, Event)} - checked
        checked |= fresh
        for event in sorted(fresh):
            add(event, subscriber)
            if is_lasting and event.id not in kept:
                verdict.fault("in no log", f"{subscriber} has {event}, which no node keeps")
    return known


def epochs_in_order(acknowledged, histories):
    """The epochs as they followed each other for those who saw them. Their numbers say nothing about that."""
    order = []
    for seen in [*acknowledged.values(), *histories.values()]:
        last = None
        for item in seen:
            if not isinstance(item, Event) or (last and item.id.startswith(last)):
                continue
            epoch = position(item.id)[0]
            if epoch not in order:
                order.insert(order.index(position(last + "0")[0]) + 1 if last else 0, epoch)
            last = item.id[:item.id.index("-") + 1]
    return order


def distinct_events(histories):
    return {item for history in histories.values() for item in history if isinstance(item, Event)}


def check_acknowledged(verdict, acknowledged, logs, is_lasting):
    """What was acknowledged is kept, and events of one publisher are in the order in which it published them."""
    kept = {event for log in logs.values() for event in log}
    for publisher, events in acknowledged.items():
        for event in events:
            if is_lasting and event not in kept:
                verdict.fault("acknowledged and not kept", f"{publisher} was answered {event}")
        for before, after in zip(events, events[1:]):
            earlier, later = position(before.id), position(after.id)
            if earlier >= later and (is_lasting or earlier[0] == later[0]):
                verdict.fault("publisher's order", f"{publisher} published {after} when {before} had been acknowledged")


def judge_history(verdict, subscriber, history, order, ranks):
    """Each event from the first one on, once and in order, but for where a gap was told; and a gap only there.

    order: all positions that anybody knows of with their events' names, in order.
    ranks: the place of each id in it.
    """
    before, reason, places = None, None, None
    for place, item in enumerate(history):
        if isinstance(item, Gap):
            # Told again before anything came: one gap.
            reason = reason or item.reason
            continue
        here = ranks[item.id]
        if before is None or (here == before + 1 and not reason and order[here][0][0] == order[before][0][0]):
            before, reason = here, None
            continue
        if here <= before:
            places = places or first_places(history)
            kind = "doubled" if places[item.id] < place else "out of order"
            verdict.fault(kind, f"{subscriber} got {item} behind {order[before]}")
            continue
        is_same_epoch = order[here][0][0] == order[before][0][0]
        if not reason and is_same_epoch:
            names = ", ".join(name for _, name in order[before + 1:min(here, before + 4)])
            verdict.fault("lost", f"{subscriber} got {item} behind {order[before]}: {here - before - 1} are missing, {names}")
        elif not reason:
            verdict.fault("lost", f"{subscriber} got {item} behind {order[before]}, of another epoch, and no gap was told")
        elif is_same_epoch and here == before + 1:
            verdict.fault("false gap", f"{subscriber} was told {reason} before {item}, where nothing is missing")
        before, reason = here, None
    if reason:
        verdict.fault("incomplete", f"{subscriber} was told {reason} and got nothing after it")
    elif before is None:
        verdict.fault("incomplete", f"{subscriber} got nothing at all")
    elif before != len(order) - 1:
        verdict.fault("incomplete", f"{subscriber} ended with {order[before]}, and the last is {order[-1]}")


def first_places(history):
    places = {}
    for place, item in enumerate(history):
        if isinstance(item, Event):
            places.setdefault(item.id, place)
    return places


# What finds nothing must be able to find something.

def events(text, epoch="e"):
    """Events in short: `a1 b2` is event a with the sequence 1 and event b with 2; `!` is a gap."""
    made = []
    for word in text.split():
        made.append(Gap(word[1:] or "evicted") if word[0] == "!" else Event(f"#{epoch}-{word[1:]}", word[0]))
    return made


ALL = "a1 b2 c3 d4 e5"
#: what is wrong, what the subscriber saw, the kinds of faults that must be found
HISTORIES = [
    ("all is well", ALL, []),
    ("it began later", "c3 d4 e5", []),
    ("a gap that is true", "a1 ! d4 e5", []),
    ("a gap told twice, and true", "a1 ! ! d4 e5", []),
    ("one is missing", "a1 b2 d4 e5", ["lost"]),
    ("one that nobody acknowledged is missing", "a1 c3 d4 e5", ["lost"]),
    ("several are missing in two places", "a1 c3 e5", ["lost", "lost"]),
    ("a gap told behind the place where one is missing", "a1 c3 ! d4 e5", ["lost", "false gap"]),
    ("a gap where nothing is missing", "a1 b2 ! c3 d4 e5", ["false gap"]),
    ("a gap at the end", "a1 b2 c3 d4 e5 !", ["incomplete"]),
    ("one twice", "a1 b2 b2 c3 d4 e5", ["doubled"]),
    ("one again, later", "a1 b2 c3 d4 b2 e5", ["doubled"]),
    ("two exchanged", "a1 c3 b2 d4 e5", ["lost", "out of order"]),
    ("the last is missing", "a1 b2 c3 d4", ["incomplete"]),
    ("nothing came", "", ["incomplete"]),
    ("another event under the id", "a1 x2 c3 d4 e5", ["id of two events"]),
    ("an event under another id", "a1 b2 c3 d4 a5", ["id of two events", "event with two ids"]),
    ("an event that nobody published", "a1 b2 c3 d4 e5 z6", ["never published", "in no log"]),
    ("an event that no node keeps", "a1 b2 c3 d4 e5 x6", ["in no log"]),
]


def self_test():
    """Judges made-up histories, and returns what the verdicts should have been and were not."""
    wrong = []

    def expect(title, verdict, kinds):
        found = sorted(verdict.kinds.elements())
        if found != sorted(kinds):
            wrong.append(f"{title}: found {found or 'nothing'}, not {sorted(kinds) or 'nothing'}")

    published = set("abcdex")
    acked = {"p": events("a1 c3 d4 e5")}
    log = events(ALL)
    for title, seen, kinds in HISTORIES:
        expect(title, judge(published, acked, {"1": log, "2": log}, {"s": events(seen)}), kinds)

    def cluster(title, kinds, nodes=(ALL, ALL), acknowledged="a1 c3", seen=ALL):
        logs = {str(number): events(text) for number, text in enumerate(nodes)}
        expect(title, judge(published, {"p": events(acknowledged)}, logs, {"s": events(seen)}), kinds)

    cluster("a node that misses the last", ["nodes differ"], nodes=(ALL, "a1 b2 c3 d4"))
    cluster("a node that misses one", ["nodes differ"], nodes=(ALL, "a1 b2 d4 e5"))
    cluster("nodes with other ids", ["nodes differ", "id of two events", "id of two events", "event with two ids",
                                     "event with two ids"], nodes=(ALL, "a1 c2 b3 d4 e5"))
    cluster("acknowledged and on no node", ["acknowledged and not kept", "lost"],
            nodes=("a1 b2 d4 e5", "a1 b2 d4 e5"), seen="a1 b2 d4 e5")
    cluster("an event twice in the log", ["event with two ids"] * 3, nodes=("a1 b2 c3 d4 a5",) * 2, seen="a1 b2 c3 d4 a5")
    repeated = {"published": published, "acknowledged": {"p": events("a1")}, "logs": {"1": events("a1 a2 b3 b4")},
                "histories": {"s": events("a1 a2 b3 b4")}}
    expect("without keys", judge(**repeated, may_repeat={"a", "b"}), [])
    expect("without a key for one", judge(**repeated, may_repeat={"a"}), ["event with two ids"] * 2)
    cluster("a publisher's events exchanged", ["publisher's order"], acknowledged="c3 a1")
    cluster("a log out of order", ["log out of order"] * 2, nodes=("a1 c3 b2 d4 e5",) * 2)

    def memory(title, kinds, *seen, last="d1 e2"):
        history = [item for text, epoch in seen for item in events(text, epoch)]
        logs = {"1": events(last, "f")}
        acknowledged = {"p": events("a1 b2 c3") + events("d1 e2", "f")}
        expect("in memory, " + title, judge(published, acknowledged, logs, {"s": history}, is_lasting=False), kinds)

    memory("a restart that is told", [], ("a1 b2 c3", "e"), ("!foreignEpoch d1 e2", "f"))
    memory("a restart that is told, and that lost something", [], ("a1 b2", "e"), ("!foreignEpoch e2", "f"))
    memory("a restart that is not told", ["lost"], ("a1 b2 c3", "e"), ("d1 e2", "f"))
    memory("one missing before the restart", ["lost"], ("a1 c3", "e"), ("!foreignEpoch d1 e2", "f"))
    memory("a gap in the midst of a life", ["false gap"], ("a1 ! b2 c3", "e"), ("!foreignEpoch d1 e2", "f"))
    memory("a key forgotten with the hub", [], ("a1 b2 c3", "e"), ("!foreignEpoch d1 e2 a3", "f"), last="d1 e2 a3")
    memory("a key forgotten in one life", ["event with two ids"], ("a1 b2 c3", "e"), ("!foreignEpoch d1 e2 d3", "f"),
           last="d1 e2")
    return wrong
