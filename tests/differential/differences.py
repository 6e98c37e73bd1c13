"""What may differ between Keel and redis-server, and why."""

from resp import Reply

NO_DOUBLES = b"ERR One or more scores can't be converted into double"
# The order of members and fields is free in big sets and hashes: it is that of the hash function.
UNORDERED = {b"SMEMBERS", b"SINTER", b"SUNION", b"SDIFF", b"HKEYS", b"HVALS", b"KEYS"}


def flat(reply: Reply):
    """A reply as something that can be sorted."""
    if reply.kind == "map":
        return [(flat(key), flat(value)) for key, value in reply.value]
    if isinstance(reply.value, list):
        return [flat(item) for item in reply.value]
    return reply.kind, str(reply.value)


def normal(command: list, reply: Reply):
    """A reply without what may differ."""
    name = command[0].upper()
    if name in UNORDERED and isinstance(reply.value, list):
        return reply.kind, sorted(flat(reply))
    if name == b"HGETALL" and reply.kind == "array":
        words = flat(reply)
        return sorted(zip(words[::2], words[1::2]))
    if name == b"HGETALL" and reply.kind == "map":
        return sorted(flat(reply))
    # SORT ALPHA compares up to a NUL (strcoll); in which order those come that are equal by that is free.
    options = {word.upper() for word in command[2:]}
    if name == b"SORT" and b"ALPHA" in options and b"STORE" not in options and isinstance(reply.value, list):
        return reply.kind, [(item.value or b"").split(b"\0")[0] for item in reply.value]
    if name.startswith((b"GEOSEARCH", b"GEORADIUS")) and isinstance(reply.value, list):
        return places(options, reply)
    return reply


def places(options: set, reply: Reply):
    """Places at one distance (members with one score) come in any order, and COUNT takes any of them."""
    found = [] if b"COUNT" in options else sorted(map(str, flat(reply)))
    distances = [item.value[1] for item in reply.value] if b"WITHDIST" in options else []
    return len(reply.value), distances, found


def may_differ(command: list, reference: Reply, keel: Reply) -> bool:
    """Whether a difference is known and has a reason."""
    name = command[0].upper()
    # WITHSCORE came with Redis 7.2.
    if name in (b"ZRANK", b"ZREVRANK") and len(command) > 3:
        return True
    # SORT of a sorted set turns it into a skiplist in Redis, since it wants ranks; here it reads what there is.
    if name == b"OBJECT" and (reference.value, keel.value) == (b"skiplist", b"listpack"):
        return True
    # Redis reads on beyond the end of a sketch whose last run is cut off.
    if name == b"PFDEBUG" and reference.kind == keel.kind == "bulk":
        return reference.value.startswith(keel.value)
    # Redis asks errno for an overflow and does not clear it before: an earlier one of another command is taken for one.
    if name in (b"SORT", b"SORT_RO") and reference.kind == "error" and reference.value == NO_DOUBLES:
        return keel.kind != "error"
    # Nothing is shared in Keel; OBJECT REFCOUNT replies the number of Redis for what SET would share there.
    return name == b"OBJECT" and command[1] == b"REFCOUNT" and reference.kind == keel.kind
