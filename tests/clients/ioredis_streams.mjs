// Streams with ioredis: entries, consumer groups, reads that wait: node ioredis_streams.mjs BINARY
import { Redis } from 'ioredis';
import { blocked, check, checkError, checkThat, finish, group, Server } from './checks.mjs';

const server = await Server.start();

async function entries(redis, at) {
  check(at`XADD`, await redis.xadd('x', '1-1', 'f', 'a', 'g', 'b'), '1-1');
  check(at`XADD NOMKSTREAM`, await redis.xadd('none', 'NOMKSTREAM', '*', 'f', 'a'), null);
  check(at`XADD of a part of an ID`, await redis.xadd('x', '1-*', 'f', 'c'), '1-2');
  checkThat(at`XADD *`, /^\d{13}-\d+$/.test(await redis.xadd('now', '*', 'f', 'a')));
  await checkError(at`XADD of a smaller ID`, redis.xadd('x', '1-1', 'f', 'a'), 'equal or smaller');
  await redis.pipeline().xadd('x', '2-0', 'f', 'd').xadd('x', '3-0', 'f', 'e').xadd('x', '4-0', 'f', 'g').exec();
  check(at`XLEN`, await redis.xlen('x'), 5);
  check(at`XRANGE`, await redis.xrange('x', '-', '+', 'COUNT', 2), [['1-1', ['f', 'a', 'g', 'b']], ['1-2', ['f', 'c']]]);
  check(at`XRANGE without an end`, await redis.xrange('x', '(1-2', '3'), [['2-0', ['f', 'd']], ['3-0', ['f', 'e']]]);
  check(at`XREVRANGE`, await redis.xrevrange('x', '+', '3'), [['4-0', ['f', 'g']], ['3-0', ['f', 'e']]]);
  check(at`XREAD of two streams`, await redis.xread('COUNT', 1, 'STREAMS', 'x', 'none', '1-1', '0'), [['x', [['1-2', ['f', 'c']]]]]);
  check(at`XREAD of nothing`, await redis.xread('STREAMS', 'x', '$'), null);
  check(at`XDEL`, await redis.xdel('x', '2-0', '9-9'), 1);
  check(at`XTRIM MINID`, await redis.xtrim('x', 'MINID', '1-2'), 1);
  check(at`XADD MAXLEN`, await redis.xadd('x', 'MAXLEN', 2, '5-0', 'f', 'h'), '5-0');
  check(at`what is left`, (await redis.xrange('x', '-', '+')).map(([id]) => id), ['4-0', '5-0']);
  check(at`XSETID`, await redis.xsetid('x', '9-0'), 'OK');
  const info = await redis.xinfo('STREAM', 'x');
  check(at`XINFO STREAM`, [info[info.indexOf('length') + 1], info[info.indexOf('last-generated-id') + 1]], [2, '9-0']);
  const binary = Buffer.from([0, 255, 13, 10]);
  await redis.xadd('bytes', '1-0', binary, binary);
  const [[, [name, value]]] = await redis.xrangeBuffer('bytes', '-', '+');
  checkThat(at`every byte`, name.equals(binary) && value.equals(binary));
}

async function groups(redis, at) {
  for (let i = 1; i <= 6; i += 1) await redis.xadd('x', `${i}-0`, 'n', i);
  check(at`XGROUP CREATE`, await redis.xgroup('CREATE', 'x', 'g', '0'), 'OK');
  await checkError(at`XGROUP CREATE again`, redis.xgroup('CREATE', 'x', 'g', '0'), 'BUSYGROUP');
  check(at`XGROUP CREATE MKSTREAM`, await redis.xgroup('CREATE', 'made', 'g', '$', 'MKSTREAM'), 'OK');
  await checkError(at`XREADGROUP without a group`, redis.xreadgroup('GROUP', 'none', 'c', 'STREAMS', 'x', '>'), 'NOGROUP');
  check(at`XGROUP CREATECONSUMER`, await redis.xgroup('CREATECONSUMER', 'x', 'g', 'idle'), 1);
  check(at`XREADGROUP`, await redis.xreadgroup('GROUP', 'g', 'one', 'COUNT', 2, 'STREAMS', 'x', '>'),
    [['x', [['1-0', ['n', '1']], ['2-0', ['n', '2']]]]]);
  check(at`XREADGROUP of another`, (await redis.xreadgroup('GROUP', 'g', 'two', 'COUNT', 3, 'STREAMS', 'x', '>'))[0][1].length, 3);
  check(at`XREADGROUP of what is pending`, await redis.xreadgroup('GROUP', 'g', 'one', 'STREAMS', 'x', '1-0'),
    [['x', [['2-0', ['n', '2']]]]]);
  check(at`XACK`, await redis.xack('x', 'g', '1-0', '9-0'), 1);
  check(at`XPENDING`, await redis.xpending('x', 'g'), [4, '2-0', '5-0', [['one', '1'], ['two', '3']]]);
  const [[id, owner, idle, times]] = await redis.xpending('x', 'g', '-', '+', 1);
  checkThat(at`XPENDING of entries`, id === '2-0' && owner === 'one' && idle >= 0 && times === 2);
  await redis.xdel('x', '4-0');
  check(at`XCLAIM`, await redis.xclaim('x', 'g', 'one', 0, '3-0', '4-0'), [['3-0', ['n', '3']]]);
  check(at`XCLAIM JUSTID`, await redis.xclaim('x', 'g', 'two', 0, '3-0', 'JUSTID'), ['3-0']);
  check(at`XAUTOCLAIM`, await redis.xautoclaim('x', 'g', 'three', 0, '0', 'COUNT', 2),
    ['5-0', [['2-0', ['n', '2']], ['3-0', ['n', '3']]], []]);
  const consumers = (await redis.xinfo('CONSUMERS', 'x', 'g')).map((words) => [words[1], words[3]]);
  check(at`XINFO CONSUMERS`, consumers, [['idle', 0], ['one', 0], ['three', 2], ['two', 1]]);
  const [info] = await redis.xinfo('GROUPS', 'x');
  check(at`XINFO GROUPS`, info.slice(0, 8), ['name', 'g', 'consumers', 4, 'pending', 3, 'last-delivered-id', '5-0']);
  check(at`XGROUP DELCONSUMER`, await redis.xgroup('DELCONSUMER', 'x', 'g', 'three'), 2);
  check(at`XGROUP SETID`, await redis.xgroup('SETID', 'x', 'g', '$'), 'OK');
  check(at`XREADGROUP of nothing new`, await redis.xreadgroup('GROUP', 'g', 'one', 'STREAMS', 'x', '>'), null);
  await redis.xadd('x', '7-0', 'n', '7');
  check(at`XREADGROUP NOACK`, await redis.xreadgroup('GROUP', 'g', 'one', 'NOACK', 'STREAMS', 'x', '>'), [['x', [['7-0', ['n', '7']]]]]);
  check(at`XPENDING of a consumer`, await redis.xpending('x', 'g', '-', '+', 9, 'one'), []);
  check(at`XGROUP DESTROY`, await redis.xgroup('DESTROY', 'x', 'g'), 1);
}

async function waiting(redis, at) {
  const reader = redis.duplicate();
  check(at`XREAD BLOCK that waits in vain`, await reader.xread('BLOCK', 20, 'STREAMS', 'x', '$'), null);
  const read = reader.xread('BLOCK', 0, 'STREAMS', 'other', 'x', '$', '$');
  await blocked(redis, 1);
  await redis.xadd('x', '1-0', 'f', 'a');
  check(at`XREAD BLOCK`, await read, [['x', [['1-0', ['f', 'a']]]]]);
  await redis.xgroup('CREATE', 'x', 'g', '$');
  const second = redis.duplicate();
  const reads = [reader.xreadgroup('GROUP', 'g', 'one', 'COUNT', 1, 'BLOCK', 5000, 'STREAMS', 'x', '>')];
  await blocked(redis, 1);
  reads.push(second.xreadgroup('GROUP', 'g', 'two', 'COUNT', 1, 'BLOCK', 5000, 'STREAMS', 'x', '>'));
  await blocked(redis, 2);
  await redis.multi().xadd('x', '2-0', 'f', 'b').xadd('x', '3-0', 'f', 'c').exec();
  check(at`XREADGROUP BLOCK, each its entry`, await Promise.all(reads), [[['x', [['2-0', ['f', 'b']]]]], [['x', [['3-0', ['f', 'c']]]]]]);
  const refused = checkError(at`XREADGROUP BLOCK of a stream that goes`,
    reader.xreadgroup('GROUP', 'g', 'one', 'BLOCK', 0, 'STREAMS', 'x', '>'), 'UNBLOCKED the stream key no longer exists');
  await blocked(redis, 1);
  await redis.del('x');
  await refused;
  reader.disconnect();
  second.disconnect();
}

for (const protocol of [2, 3]) {
  const redis = new Redis({ port: server.port, host: '127.0.0.1', protocol });
  redis.on('error', () => {});
  for (const [name, body] of Object.entries({ entries, groups, waiting })) {
    await group(`ioredis, streams, ${name}`, async () => {
      await redis.flushall();
      await body(redis, (...what) => `ioredis, streams, RESP${protocol}: ${String.raw(...what)}`);
    });
  }
  redis.disconnect();
}
await server.end();
finish();
