"""Types that an operator has left out: the server starts, says so, and names the plugin to those who use one."""

from support import Server, expect, expect_equal, expect_in

# A command of each.
TYPES = {
    "string": "GET key",
    "bitmap": "GETBIT key 0",
    "bitfield": "BITFIELD key GET u8 0",
    "hyperloglog": "PFCOUNT key",
    "list": "LLEN key",
    "set": "SCARD key",
    "hash": "HLEN key",
    "zset": "ZCARD key",
    "geo": "GEOPOS key member",
    "stream": "XLEN key",
}
NEEDS = {"bitmap": "string", "bitfield": "string", "hyperloglog": "string", "geo": "zset"}  # and cannot do without
CONFIG = "plugins: [{plugins}]\nlisteners:\n  - tcp: 127.0.0.1:{{port}}\n"


def test_each_type_can_be_left_out() -> None:
    for missing, command in TYPES.items():
        others = ", ".join(["transport-tcp", *(name for name in TYPES if name != missing)])
        with Server(config=CONFIG.format(plugins=others)) as server, server.connect() as client:
            reply = client.call(*command.split())
            name = command.split()[0]
            expect_equal(reply.value.decode(), f"ERR unknown command '{name}': it comes with the plugin '{missing}', which is "
                         "installed, but not among the plugins of this server", "the reply")
            expect(any("not among the plugins" in line and missing in line for line in server.log().splitlines()),
                   f"the log does not speak of {missing}: {server.log()}")
            expect_equal(client.value("PING"), b"PONG", "PING")
            for other, works in TYPES.items():
                if other == missing:
                    continue
                reply = client.call(*works.split())
                if NEEDS.get(other) == missing:
                    expect_in(f"it needs the plugin '{missing}'", reply.value.decode(), works)
                else:
                    expect(reply.kind != "error", f"{works} fails without {missing}")


def test_all_types_can_be_left_out() -> None:
    with Server(config=CONFIG.format(plugins="transport-tcp")) as server, server.connect() as client:
        for missing, command in TYPES.items():
            expect_in(f"the plugin '{missing}'", client.call(*command.split()).value.decode(), command)
        expect_equal(client.value("DBSIZE"), 0, "DBSIZE")
