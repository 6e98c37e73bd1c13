"""Random commands of every type, most of them sensible.

What leaves the order to chance, or the choice of elements, is not among them: SORT BY NOSORT of sets, SORT BY ALPHA with
equal weights, SPOP, SRANDMEMBER and their like, the nearest of places at one distance that are stored; nor is -0 as a score, whose sign Redis loses in a listpack and keeps in a
skiplist.  A command is written as its documentation has it: words in capitals stand for themselves, names in small letters are
drawn from WORDS, `?` behind a word or a group in parentheses leaves it out half of the time, `*` repeats it, `|` chooses.
"""

import random
import re

# By the letter of the commands that use them mostly, so that most find a value of their type.
KEYS_OF = {letter: [f"{letter}{i}" for i in range(4)] for letter in "splhmzgxy"}
KEYS = [key for keys in KEYS_OF.values() for key in keys]
# Ranges by name mean something among equal scores only: their keys are nobody else's.
OWN = "y"
COMMON = [key for key in KEYS if key[0] not in OWN]
MEMBERS = [str(i) for i in range(-3, 12)] + [c * n for c in "xyz" for n in (1, 3, 70)] + ["", "\xff\x00\r\n", "07", "1.0"]


def integer(r: random.Random) -> str:
    return str(r.choice((0, 1, 2, 3, -1, -2, 5, 10, 100, -100, r.randrange(-20, 20))))


def odd(r: random.Random) -> str:
    return r.choice(("", "x", "nan", "01", "1e3", "9223372036854775807", "-9223372036854775808", "99999999999999999999",
                     "1.5", "inf", "-inf", "+1", " 1", "0x10", "*", "-"))


def score(r: random.Random) -> str:
    return r.choice((integer(r), f"{r.randrange(-40, 40) / 4}", "inf", "-inf", "1e300", "3.3", "0.1"))


def score_bound(r: random.Random) -> str:
    return r.choice(("", "(")) + score(r)


def lex_bound(r: random.Random) -> str:
    return r.choice(("-", "+", "[" + r.choice(MEMBERS), "(" + r.choice(MEMBERS)))


def bit_type(r: random.Random) -> str:
    return r.choice("iu") + str(r.choice((1, 2, 5, 8, 16, 31, 63, r.randrange(1, 66))))


def stream_id(r: random.Random) -> str:
    return r.choice((f"{r.randrange(1, 40)}-{r.randrange(0, 3)}", str(r.randrange(1, 40)), "0", "0-1"))


WORDS = {
    "member": lambda r: r.choice(MEMBERS),
    "field": lambda r: r.choice(MEMBERS),
    "value": lambda r: r.choice((r.choice(MEMBERS), integer(r), f"{r.randrange(100) / 8}")),
    "int": integer,
    "count": lambda r: str(r.choice((0, 1, 2, 3, 20, -1, -2, -3))),
    "positive": lambda r: str(r.choice((1, 2, 3, 20))),
    "float": lambda r: r.choice((integer(r), "0.5", "-1.25", "3.0e3", "1e-3")),
    "score": score,
    "bound": score_bound,
    "lex": lex_bound,
    "bits": bit_type,
    "bitoffset": lambda r: r.choice((str(r.randrange(200)), f"#{r.randrange(20)}")),
    "offset": lambda r: str(r.randrange(200)),
    "bit": lambda r: r.choice("01"),
    "longitude": lambda r: f"{r.uniform(-180, 180):.4f}",
    "latitude": lambda r: f"{r.uniform(-85, 85):.4f}",
    "radius": lambda r: str(r.choice((10, 500, 3000, 20000, 1000000))),
    "id": stream_id,
    "group": lambda r: r.choice(("g", "h")),
    "consumer": lambda r: r.choice(("c", "d")),
    "weights": lambda r: "s*",
    "pattern": lambda r: r.choice(("#", "s*", "h*->x")),
    "moment": lambda r: str(r.choice((4000000000, 4100000000))),
}

TOKEN = re.compile(r"[()]|\||[^\s()|?*]+|[?*]")


def parse(tokens: list, at: int) -> tuple:
    """A row of alternatives up to the closing parenthesis: a list of lists of (item, mark)."""
    alternatives, row = [], []
    while at < len(tokens) and tokens[at] != ")":
        token = tokens[at]
        if token == "|":
            alternatives.append(row)
            row = []
        elif token == "(":
            group, at = parse(tokens, at + 1)
            row.append([group, ""])
        elif token in "?*":
            row[-1][1] = token
        else:
            row.append([token, ""])
        at += 1
    return alternatives + [row], at


def expand(alternatives: list, letter: str, r: random.Random, out: list) -> None:
    """Adds the words of one of the alternatives."""
    for item, mark in r.choice(alternatives):
        times = r.randrange(2) if mark == "?" else r.choice((0, 1, 1, 2, 3, 8)) if mark == "*" else 1
        for _ in range(times):
            if isinstance(item, list):
                expand(item, letter, r, out)
            elif item == "key":
                own = letter in OWN or letter in KEYS_OF and r.random() < 0.93
                out.append(r.choice(KEYS_OF[letter] if own else COMMON))
            elif item in WORDS:
                out.append(WORDS[item](r))
            else:
                out.append(item)


COMMANDS = """
s: SET key value NX? | SET key value (EXAT moment|KEEPTTL)? GET?
s: GET key | STRLEN key | GETRANGE key int int | APPEND key value | SETRANGE key offset value | INCR key | DECRBY key int
s: INCRBYFLOAT key float | GETDEL key | GETSET key value | MSET key value key value | MSETNX key value key value | MGET key key
s: LCS key key (LEN|IDX WITHMATCHLEN?)?
s: SETBIT key offset bit | GETBIT key offset | BITCOUNT key (int int (BYTE|BIT)?)? | BITPOS key bit (int (int (BYTE|BIT)?)?)?
s: BITOP (AND|OR|XOR) key key key* | BITOP NOT key key | BITFIELD key (OVERFLOW (WRAP|SAT|FAIL))? (GET bits bitoffset|SET bits bitoffset int|INCRBY bits bitoffset int)*
s: BITFIELD_RO key (GET bits bitoffset)*
p: PFADD key member* | PFCOUNT key key* | PFMERGE key key* | PFDEBUG (ENCODING|DECODE|TODENSE) key
-: DEL key key? | UNLINK key | EXISTS key key | TYPE key | TOUCH key | RENAME key key | RENAMENX key key | COPY key key REPLACE?
-: EXPIREAT key moment (NX|XX|GT|LT)? | EXPIRETIME key | PERSIST key | OBJECT ENCODING key | OBJECT REFCOUNT key
-: SORT key (BY weights)? (LIMIT int int)? (GET pattern)* (ASC|DESC)? (STORE key)? | SORT key (LIMIT int int)? (ASC|DESC)? ALPHA (STORE key)?
l: LPUSH key member member* | RPUSH key member member* | LPUSHX key member | RPUSHX key member | LPOP key count? | RPOP key count?
l: LLEN key | LRANGE key int int | LINDEX key int | LINSERT key (BEFORE|AFTER) member member | LSET key int member | LREM key int member
l: LTRIM key int int | LPOS key member (RANK int)? (COUNT count)? (MAXLEN count)? | LMOVE key key (LEFT|RIGHT) (LEFT|RIGHT)
l: RPOPLPUSH key key | LMPOP (1 key|2 key key) (LEFT|RIGHT) (COUNT positive)?
h: HSET key field value (field value)* | HSETNX key field value | HMSET key field value (field value)* | HGET key field | HMGET key field field*
h: HGETALL key | HDEL key field field* | HEXISTS key field | HINCRBY key field int | HINCRBYFLOAT key field float | HKEYS key | HVALS key
h: HLEN key | HSTRLEN key field
m: SADD key member member* | SREM key member member* | SISMEMBER key member | SMISMEMBER key member member* | SCARD key | SMEMBERS key
m: SMOVE key key member | SINTER key key* | SUNION key key* | SDIFF key key* | SINTERSTORE key key key* | SUNIONSTORE key key key*
m: SDIFFSTORE key key key* | SINTERCARD (1 key|2 key key) (LIMIT count)?
z: ZADD key (NX|XX|GT|LT)? CH? INCR? score member (score member)* | ZINCRBY key score member | ZREM key member member* | ZCARD key
z: ZADD key score member (score member)* | ZCOUNT key bound bound | ZSCORE key member | ZMSCORE key member member*
z: ZRANK key member | ZREVRANK key member | ZRANGE key int int REV? WITHSCORES? | ZRANGE key bound bound BYSCORE REV? (LIMIT int count)? WITHSCORES?
z: ZRANGESTORE key key int int REV? | ZRANGESTORE key key bound bound BYSCORE (LIMIT int count)?
z: ZRANGEBYSCORE key bound bound WITHSCORES? (LIMIT int count)? | ZREVRANGEBYSCORE key bound bound
z: ZREVRANGE key int int WITHSCORES? | ZREMRANGEBYRANK key int int | ZREMRANGEBYSCORE key bound bound
z: ZPOPMIN key count? | ZPOPMAX key count? | ZMPOP (1 key|2 key key) (MIN|MAX) (COUNT positive)?
z: (ZUNION|ZINTER) (1 key|2 key key (WEIGHTS score score)?) (AGGREGATE (SUM|MIN|MAX))? WITHSCORES? | ZDIFF (1 key|2 key key) WITHSCORES?
z: (ZUNIONSTORE|ZINTERSTORE) key (1 key|2 key key (WEIGHTS score score)?) (AGGREGATE (SUM|MIN|MAX))? | ZDIFFSTORE key 2 key key
z: ZINTERCARD (1 key|2 key key) (LIMIT count)?
g: GEOADD key (NX|XX)? CH? longitude latitude member (longitude latitude member)* | GEOPOS key member member* | GEODIST key member member (m|km|ft|mi)?
g: GEOHASH key member member* | GEOSEARCH key (FROMMEMBER member|FROMLONLAT longitude latitude) (BYRADIUS radius km|BYBOX radius radius km) (ASC|DESC) (COUNT positive)? WITHCOORD? WITHDIST? WITHHASH?
g: GEOSEARCHSTORE key key (FROMMEMBER member|FROMLONLAT longitude latitude) BYRADIUS radius km (ASC|DESC) STOREDIST?
g: GEORADIUS key longitude latitude radius km (ASC|DESC) (COUNT positive)? WITHDIST? | GEORADIUS key longitude latitude radius km (ASC|DESC) (STORE key)? | GEORADIUSBYMEMBER_RO key member radius km ASC WITHCOORD?
x: XADD key NOMKSTREAM? ((MAXLEN|MINID) = int)? id field value (field value)* | XLEN key | XRANGE key (-|id) (+|id) (COUNT count)? | XREVRANGE key (+|id) (-|id) (COUNT count)?
x: XDEL key id id* | XTRIM key (MAXLEN int|MINID id) | XREAD (COUNT positive)? STREAMS key id | XGROUP CREATE key group (id|$) MKSTREAM? | XGROUP DESTROY key group
x: XGROUP SETID key group id | XGROUP CREATECONSUMER key group consumer | XGROUP DELCONSUMER key group consumer
x: XREADGROUP GROUP group consumer (COUNT positive)? NOACK? STREAMS key (>|id) | XACK key group id id* | XPENDING key group
x: XCLAIM key group consumer 0 id id* (TIME 1000)? (RETRYCOUNT positive)? FORCE? JUSTID? | XAUTOCLAIM key group consumer 0 id (COUNT positive)? JUSTID?
x: XINFO GROUPS key | XSETID key id
y: ZADD key 0 member (0 member)* | ZADD key 0 member (0 member)* | ZREM key member | ZCARD key | DEL key | ZLEXCOUNT key lex lex | ZRANGE key lex lex BYLEX REV? (LIMIT int count)? | ZRANGEBYLEX key lex lex
y: ZREVRANGEBYLEX key lex lex | ZREMRANGEBYLEX key lex lex
"""

# Each row with the letter of its keys: "-" = any.
ROWS = [(line[0], row) for line in COMMANDS.strip().splitlines() for row in parse(TOKEN.findall(line[2:]), 0)[0]]


def spoiled(words: list[str], first: int, r: random.Random) -> list[str]:
    """Words of which one, the first-th or later, is missing or strange, or comes in addition."""
    at = r.randrange(first, len(words) + 1)
    match r.randrange(4):
        case 0:
            return words[:at]
        case 1:
            return [*words[:at], odd(r), *words[at:]]
        case 2 if at < len(words):
            return [*words[:at], odd(r), *words[at + 1:]]
        case _:
            return words[:at] + words[at + 1:]


def by_chance(words: list[str]) -> bool:
    """Whether the clock or the order of a hash table decides what a command does."""
    weights = words[words.index("BY") + 1:][:1] if "BY" in words else []
    return words[0] == "XADD" and "*" in words or words[0] == "SORT" and any("*" not in word for word in weights)


def command(r: random.Random, known) -> list[bytes]:
    """One command whose name is known; now and then with a word too many, too few, or strange."""
    while True:
        words: list[str] = []
        letter, row = r.choice(ROWS)
        expand([row], letter, r, words)
        if known(words[0]):
            break
    if r.random() < 0.06 and not (letter in OWN and words[0] == "ZADD"):  # it would get other scores
        strange = spoiled(words, 2 if letter in OWN else 1, r)  # a key of its own keeps its name for the same reason
        words = words if by_chance(strange) else strange
    return [word.encode("latin-1") for word in words]
