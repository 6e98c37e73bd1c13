// How ioredis sends: pipelines, transactions, iterations, key prefixes, waiting, connecting anew: node ioredis_flow.mjs BINARY
import { Redis } from 'ioredis';
import { blocked, check, checkError, checkThat, finish, group, Server } from './checks.mjs';

const server = await Server.start();

async function pipelines(redis, at) {
  const types = redis.pipeline().rpush('l', 'a', 'b').hset('h', { f: 1 }).sadd('s', 'x').zadd('z', 1, 'm').xadd('x', '1-1', 'f', 'v');
  types.lrange('l', 0, -1).hgetall('h').smembers('s').zscore('z', 'm').xlen('x').lpush('h', 'wrong').getbit('none', 1);
  const replies = await types.exec();
  check(at`a pipeline of all types`, replies.map(([error, value]) => (error ? error.message.split(' ')[0] : value)),
    [2, 1, 1, 1, '1-1', ['a', 'b'], { f: '1' }, ['x'], '1', 1, 'WRONGTYPE', 0]);
  const auto = redis.duplicate({ enableAutoPipelining: true });
  const sums = await Promise.all(Array.from({ length: 1000 }, (_, i) => auto.hincrby('sums', `f${i % 10}`, i)));
  check(at`automatic pipelining`, sums.at(-1), 50400);
  const failed = await Promise.allSettled([auto.set('k', 'v'), auto.incr('k'), auto.get('k')]);
  check(at`an error in an automatic pipeline`, failed.map((one) => one.value ?? one.reason.message.split(',')[0]),
    ['OK', 'ERR value is not an integer or out of range', 'v']);
  auto.disconnect();
}

async function transactions(redis, at) {
  check(at`MULTI`, await redis.multi().set('k', 1).incr('k').rpush('l', 'a').get('k').exec(),
    [[null, 'OK'], [null, 2], [null, 1], [null, '2']]);
  const mixed = await redis.multi().set('t', 'x').incr('t').get('t').exec();
  check(at`an error inside MULTI`, [mixed[1][0] instanceof Error, mixed[2][1]], [true, 'x']);
  await checkError(at`MULTI with what is no command`, redis.multi().set('k', 'lost').call('NOSUCH').exec(), 'EXECABORT');
  check(at`nothing of it happened`, await redis.get('k'), '2');
  await redis.multi({ pipeline: false });
  check(at`QUEUED`, await redis.set('k', 3), 'QUEUED');
  check(at`EXEC`, await redis.exec(), [[null, 'OK']]);
  await redis.multi({ pipeline: false });
  await redis.set('k', 4);
  check(at`DISCARD`, [await redis.discard(), await redis.get('k')], ['OK', '3']);

  const other = redis.duplicate();
  await redis.watch('k', 'l');
  await other.rpush('l', 'b');
  check(at`WATCH, another connection writes`, await redis.multi().set('k', 'mine').exec(), null);
  check(at`what is there`, await redis.get('k'), '3');
  await redis.watch('k');
  await other.set('elsewhere', 1);
  check(at`WATCH, another key is written`, await redis.multi().incr('k').exec(), [[null, 4]]);
  await redis.watch('k');
  await other.incr('k');
  await redis.unwatch();
  check(at`UNWATCH`, await redis.multi().incr('k').exec(), [[null, 6]]);
  other.disconnect();
}

async function iterations(redis, at) {
  const names = Array.from({ length: 2000 }, (_, i) => `name${i}`);
  await redis.hset('h', Object.fromEntries(names.map((name, i) => [name, i])));
  await redis.sadd('s', names);
  await redis.zadd('z', ...names.flatMap((name, i) => [i, name]));
  const all = async (stream) => {
    const found = [];
    for await (const part of stream) found.push(...part);
    return found;
  };
  const pairs = (flat) => Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], Number(flat[2 * i + 1])]));
  const wanted = Object.fromEntries(names.map((name, i) => [name, i]));
  const same = (got) => Object.keys(got).length === 2000 && names.every((name) => got[name] === wanted[name]);
  checkThat(at`hscanStream`, same(pairs(await all(redis.hscanStream('h', { count: 100 })))));
  checkThat(at`zscanStream`, same(pairs(await all(redis.zscanStream('z', { count: 100 })))));
  check(at`sscanStream`, new Set(await all(redis.sscanStream('s', { match: 'name1*', count: 100 }))).size, 1111);
  check(at`scanStream of a type`, await all(redis.scanStream({ type: 'zset' })), ['z']);
}

async function prefixes(redis, at) {
  const mine = redis.duplicate({ keyPrefix: 'app:' });
  await mine.mset({ a: 1, b: 2 });
  await mine.rpush('l', 'x');
  await mine.zadd('z', 1, 'm');
  check(at`with a prefix`, (await redis.keys('*')).sort(), ['app:a', 'app:b', 'app:l', 'app:z']);
  check(at`ZUNIONSTORE with a prefix`, [await mine.zunionstore('u', 1, 'z'), await redis.zscore('app:u', 'm')], [1, '1']);
  check(at`XREAD with a prefix`, [await mine.xadd('x', '1-1', 'f', 'v'), await mine.xread('STREAMS', 'x', 0)],
    ['1-1', [['app:x', [['1-1', ['f', 'v']]]]]]);
  check(at`BLPOP with a prefix`, await mine.blpop('none', 'l', 1), ['app:l', 'x']);
  check(at`a pipeline with a prefix`, await mine.pipeline().get('a').del('a', 'b').exec(), [[null, '1'], [null, 2]]);
  mine.disconnect();
}

// Each kind of waiting on a connection of its own, served by another one.
async function waiting(redis, at) {
  const ways = {
    BLPOP: [(c) => c.blpop('a', 'b', 0), () => redis.rpush('b', 'v'), ['b', 'v']],
    BRPOP: [(c) => c.brpop('a', 5), () => redis.lpush('a', 'v', 'w'), ['a', 'v']],
    BLMOVE: [(c) => c.blmove('from', 'to', 'LEFT', 'RIGHT', 0), () => redis.rpush('from', 'v'), 'v'],
    BRPOPLPUSH: [(c) => c.brpoplpush('source', 'sink', 0), () => redis.rpush('source', 'v'), 'v'],
    BLMPOP: [(c) => c.blmpop(0, 1, 'many', 'RIGHT', 'COUNT', 2), () => redis.rpush('many', 1, 2, 3), ['many', ['3', '2']]],
    BZPOPMIN: [(c) => c.bzpopmin('none', 'z', 0), () => redis.zadd('z', 1.5, 'm', 2, 'n'), ['z', 'm', '1.5']],
    BZPOPMAX: [(c) => c.bzpopmax('z2', 5), () => redis.multi().zadd('z2', 1, 'm').zadd('z2', 2, 'n').exec(), ['z2', 'n', '2']],
    BZMPOP: [(c) => c.bzmpop(0, 1, 'z3', 'MIN'), () => redis.zadd('z3', 7, 'm'), ['z3', [['m', '7']]]],
  };
  const connections = [];
  const replies = Object.values(ways).map(([wait]) => {
    const connection = redis.duplicate();
    connections.push(connection);
    return wait(connection);
  });
  checkThat(at`blocked clients`, await blocked(redis, replies.length));
  for (const [, serve] of Object.values(ways)) await serve();
  for (const [i, [name, [, , wanted]]] of Object.entries(ways).entries()) check(at`${name}`, await replies[i], wanted);
  check(at`what BLMOVE moved`, await redis.lrange('to', 0, -1), ['v']);
  check(at`BZPOPMIN that waits in vain`, await connections[0].bzpopmin('none', 0.02), null);
  check(at`BLPOP inside MULTI does not wait`, await redis.multi().blpop('none', 0).exec(), [[null, null]]);

  // A value for two: who came first gets the first one.
  const turns = [connections[0].blpop('queue', 0)];
  await blocked(redis, 1);
  turns.push(connections[1].blpop('queue', 0));
  await blocked(redis, 2);
  await redis.rpush('queue', 'first', 'second');
  check(at`in their order`, await Promise.all(turns), [['queue', 'first'], ['queue', 'second']]);

  // UNBLOCK by the number of the connection.
  const id = await connections[0].client('ID');
  const unblocked = checkError(at`CLIENT UNBLOCK ERROR`, connections[0].blpop('none', 0), 'UNBLOCKED');
  await blocked(redis, 1);
  await redis.client('UNBLOCK', id, 'ERROR');
  await unblocked;
  connections.forEach((connection) => connection.disconnect());
}

// A connection that ends while it waits comes back and asks again, as ioredis does for what had no reply.
async function interruptions(redis, at) {
  const reader = redis.duplicate({ retryStrategy: () => 20, maxRetriesPerRequest: null });
  reader.on('error', () => {});
  const id = await reader.client('ID');
  const popped = reader.blpop('l', 0);
  await blocked(redis, 1);
  check(at`CLIENT KILL of one that waits`, await redis.client('KILL', 'ID', id), 1);
  await new Promise((resolve) => { reader.once('ready', resolve); });
  await blocked(redis, 1);
  await redis.rpush('l', 'late');
  check(at`BLPOP across a lost connection`, await popped, ['l', 'late']);
  checkThat(at`on another connection`, (await reader.client('ID')) > id);

  const read = reader.xread('BLOCK', 0, 'STREAMS', 'x', '0');
  await blocked(redis, 1);
  await server.stop();
  await server.run();
  const writer = redis.duplicate({ retryStrategy: () => 20 });
  writer.on('error', () => {});
  await writer.xadd('x', '1-1', 'f', 'v');
  check(at`XREAD across a restart`, await read, [['x', [['1-1', ['f', 'v']]]]]);

  // One that goes away while it waits takes nothing.
  const gone = writer.duplicate({ retryStrategy: () => null });
  gone.on('error', () => {});
  const lost = checkError(at`BLPOP of one that leaves`, gone.blpop('left', 0), 'Connection is closed');
  await blocked(writer, 1);
  gone.disconnect();
  await lost;
  await blocked(writer, 0);
  check(at`its value stays`, [await writer.rpush('left', 'v'), await writer.llen('left')], [1, 1]);
  check(at`reconnecting by hand`, [await gone.connect(), await gone.lpop('left')], [undefined, 'v']);
  for (const connection of [reader, writer, gone]) connection.disconnect();
}

const suites = { pipelines, transactions, iterations, prefixes, waiting, interruptions };
for (const protocol of [2, 3]) {
  for (const [name, body] of Object.entries(suites)) {
    await group(`ioredis, ${name}`, async () => {
      const redis = new Redis({ port: server.port, host: '127.0.0.1', protocol, retryStrategy: () => 20 });
      redis.on('error', () => {});
      await redis.flushall();
      await body(redis, (...what) => `ioredis, RESP${protocol}: ${String.raw(...what)}`);
      redis.disconnect();
    });
  }
}
await server.end();
finish();
