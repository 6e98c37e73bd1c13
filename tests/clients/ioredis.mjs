// ioredis against the server: node ioredis.mjs BINARY
import { Redis } from 'ioredis';
import { check, checkError, checkThat, finish, group, Server, sleep, waysOfTls } from './checks.mjs';

const server = await Server.startWithTls();

async function ordinary(name, options) {
  await group(name, async () => {
    const redis = new Redis({ ...options, connectionName: 'tester', lazyConnect: true });
    redis.on('error', () => {});
    await redis.connect();
    await redis.flushall();
    const info = await redis.client('INFO');
    checkThat(`${name}: its name`, info.includes('name=tester'));
    checkThat(`${name}: its library`, info.includes('lib-name=ioredis'));
    checkThat(`${name}: its protocol`, info.includes(`resp=${options.protocol}`));
    if (options.tls) checkThat(`${name}: its identity`, info.endsWith(`transport=tls identity=${options.tls.cert ? 'client' : ''}\n`));

    check(`${name}: SET`, await redis.set('k', 'v'), 'OK');
    check(`${name}: GET`, await redis.get('k'), 'v');
    check(`${name}: GET of nothing`, await redis.get('none'), null);
    check(`${name}: SET NX`, await redis.set('k', 'w', 'NX'), null);
    check(`${name}: SET GET`, await redis.set('k', 'w', 'GET'), 'v');
    check(`${name}: MSET`, await redis.mset({ a: '1', b: '2' }), 'OK');
    check(`${name}: MGET`, await redis.mget('a', 'none', 'b'), ['1', null, '2']);
    check(`${name}: APPEND`, await redis.append('a', '23'), 3);
    check(`${name}: GETRANGE`, await redis.getrange('a', 1, -1), '23');
    check(`${name}: SETRANGE`, await redis.setrange('a', 1, 'xy'), 3);
    check(`${name}: STRLEN`, await redis.strlen('a'), 3);
    check(`${name}: INCR`, await redis.incr('n'), 1);
    check(`${name}: INCRBY`, await redis.incrby('n', 41), 42);
    check(`${name}: DECRBY`, await redis.decrby('n', 2), 40);
    checkThat(`${name}: INCRBYFLOAT`, Number(await redis.incrbyfloat('n', 0.5)) === 40.5);
    check(`${name}: GETDEL`, await redis.getdel('n'), '40.5');
    check(`${name}: SETEX`, await redis.setex('t', 100, 'v'), 'OK');
    checkThat(`${name}: TTL`, [99, 100].includes(await redis.ttl('t')));
    check(`${name}: PERSIST`, await redis.persist('t'), 1);
    check(`${name}: EXPIRE`, await redis.expire('t', 100), 1);
    await redis.psetex('soon', 20, 'v');
    await sleep(40);
    check(`${name}: an expired key`, await redis.get('soon'), null);
    check(`${name}: EXISTS`, await redis.exists('a', 'b', 'none'), 2);
    check(`${name}: TYPE`, await redis.type('a'), 'string');
    check(`${name}: SADD`, await redis.sadd('s', 'x', 'y', '1'), 3);
    check(`${name}: SMEMBERS`, (await redis.smembers('s')).sort(), ['1', 'x', 'y']);
    check(`${name}: SISMEMBER`, await redis.sismember('s', 'z'), 0);
    check(`${name}: SDIFFSTORE`, await redis.sdiffstore('s2', 's', 'none'), 3);
    check(`${name}: SPOP with a count`, (await redis.spop('s', 3)).length, 3);
    check(`${name}: SREM`, await redis.srem('s2', 'x', 'y', '1'), 3);
    check(`${name}: ZADD`, await redis.zadd('z', 2.5, 'b', 1, 'a'), 2);
    check(`${name}: ZRANGE`, await redis.zrange('z', 0, -1, 'WITHSCORES'), ['a', '1', 'b', '2.5']);
    check(`${name}: ZRANK`, await redis.zrank('z', 'b'), 1);
    check(`${name}: ZPOPMIN`, await redis.zpopmin('z', 2), ['a', '1', 'b', '2.5']);
    check(`${name}: GEOADD`, await redis.geoadd('g', 13.361389, 38.115556, 'Palermo'), 1);
    check(`${name}: GEOSEARCH`, await redis.geosearch('g', 'FROMLONLAT', 15, 37, 'BYRADIUS', 200, 'km'), ['Palermo']);
    check(`${name}: ZREM of a place`, await redis.zrem('g', 'Palermo'), 1);
    check(`${name}: HSET`, await redis.hset('h', { f: '1', g: 'two' }), 2);
    check(`${name}: HGETALL`, await redis.hgetall('h'), { f: '1', g: 'two' });
    check(`${name}: HINCRBYFLOAT`, Number(await redis.hincrbyfloat('h', 'f', 0.5)), 1.5);
    check(`${name}: HDEL`, await redis.hdel('h', 'f', 'g'), 2);
    check(`${name}: XADD`, await redis.xadd('x', '1-1', 'f', '1'), '1-1');
    check(`${name}: XREAD`, await redis.xread('STREAMS', 'x', '0'), [['x', [['1-1', ['f', '1']]]]]);
    check(`${name}: XDEL`, await redis.xdel('x', '1-1'), 1);
    check(`${name}: DEL of a stream`, await redis.del('x'), 1);
    check(`${name}: RENAME`, await redis.rename('a', 'c'), 'OK');
    check(`${name}: COPY`, await redis.copy('c', 'd'), 1);
    check(`${name}: DEL`, await redis.del('c', 'd'), 2);
    check(`${name}: KEYS`, (await redis.keys('*')).sort(), ['b', 'k', 't']);
    check(`${name}: DBSIZE`, await redis.dbsize(), 3);
    check(`${name}: SELECT`, await redis.select(3), 'OK');
    check(`${name}: DBSIZE of another database`, await redis.dbsize(), 0);
    await redis.select(0);
    check(`${name}: OBJECT ENCODING`, await redis.object('ENCODING', 'k'), 'embstr');
    checkThat(`${name}: INFO`, (await redis.info('server')).includes('keel_version'));
    checkThat(`${name}: CONFIG GET`, JSON.stringify(await redis.config('GET', 'maxmemory')).includes('maxmemory'));
    checkThat(`${name}: COMMAND COUNT`, (await redis.command('COUNT')) > 50);

    check(`${name}: RPUSH`, await redis.rpush('l', 'a', 'b', 'c'), 3);
    check(`${name}: LPUSH`, await redis.lpush('l', 'z'), 4);
    check(`${name}: LRANGE`, await redis.lrange('l', 0, -1), ['z', 'a', 'b', 'c']);
    check(`${name}: LPOP with a count`, await redis.lpop('l', 2), ['z', 'a']);
    check(`${name}: LMOVE`, await redis.lmove('l', 'm', 'LEFT', 'RIGHT'), 'b');
    check(`${name}: BLPOP`, await redis.blpop('none', 'm', 1), ['m', 'b']);
    check(`${name}: BRPOP that waits`, await redis.brpop('none', 0.02), null);
    check(`${name}: LPOS`, await redis.lpos('l', 'c'), 0);
    check(`${name}: DEL of a list`, await redis.del('l'), 1);

    const pipeline = redis.pipeline();
    for (let i = 0; i < 5000; i += 1) pipeline.set(`p:${i}`, i);
    for (let i = 0; i < 5000; i += 1) pipeline.get(`p:${i}`);
    const replies = await pipeline.exec();
    checkThat(`${name}: a pipeline`, replies.length === 10000 && replies.slice(5000).every(([error, value], i) => !error && value === String(i)));

    const found = new Set();
    for await (const keys of redis.scanStream({ match: 'p:*', count: 500 })) keys.forEach((key) => found.add(key));
    check(`${name}: SCAN`, found.size, 5000);

    const big = Buffer.alloc(8_000_000, 'big value ');
    check(`${name}: SET of 8 MB`, await redis.set('big', big), 'OK');
    checkThat(`${name}: GET of 8 MB`, (await redis.getBuffer('big')).equals(big));
    const binary = Buffer.from([...Array(256).keys()]);
    await redis.set(binary, binary);
    checkThat(`${name}: every byte`, (await redis.getBuffer(binary)).equals(binary));
    await redis.set('empty', '');
    check(`${name}: an empty value`, await redis.get('empty'), '');

    await redis.set('text', 'abc');
    await checkError(`${name}: INCR of a text`, redis.incr('text'), 'value is not an integer');
    await checkError(`${name}: an unknown command`, redis.call('NOSUCH', 'x'), 'unknown command');
    await checkError(`${name}: too few words`, redis.call('GET'), 'wrong number of arguments');
    const mixed = await redis.pipeline().set('x', 'y').incr('x').get('x').exec();
    checkThat(`${name}: an error inside a pipeline`, mixed[1][0] instanceof Error && mixed[2][1] === 'y');

    const many = await Promise.all(Array.from({ length: 2000 }, (_, i) => redis.incrby('sum', i)));
    check(`${name}: many at once`, many.at(-1), 1999000);

    const watcher = await redis.duplicate().monitor();
    const seen = new Promise((resolve) => watcher.on('monitor', (_, words) => resolve(words)));
    await redis.set('watched', '1');
    check(`${name}: MONITOR`, await seen, ['set', 'watched', '1']);
    watcher.disconnect();
    check(`${name}: QUIT`, await redis.quit(), 'OK');
  });
}

for (const protocol of [2, 3]) {
  await ordinary(`ioredis, TCP, RESP${protocol}`, { port: server.port, host: '127.0.0.1', protocol });
  await ordinary(`ioredis, Unix socket, RESP${protocol}`, { path: server.path, protocol });
}

const overTls = (...way) => ({ port: server.tlsPort, host: '127.0.0.1', tls: server.tls(...way) });
for (const [i, way] of waysOfTls.entries()) {
  const protocol = 2 + (i % 2);
  await ordinary(`ioredis, ${way[0]} ${way[1] ? 'with' : 'without'} a certificate, RESP${protocol}`, { ...overTls(...way), protocol });
}
await group('ioredis, a server that it does not trust', async () => {
  const redis = new Redis({ port: server.tlsPort, host: '127.0.0.1', tls: {}, retryStrategy: () => null });
  const told = new Promise((_, reject) => redis.on('error', reject));
  await checkError('ioredis: a server that it does not trust', Promise.race([told, redis.get('k').catch(() => told)]), 'certificate');
  redis.disconnect();
});

for (const where of [{ port: server.port, host: '127.0.0.1' }, overTls('TLSv1.3', true)]) await group('ioredis, restart', async () => {
  const redis = new Redis({ ...where, retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  await redis.set('k', 'v');
  await server.stop();
  const waiting = redis.set('after', 'restart');
  await server.run();
  check('ioredis: a command across a restart', await waiting, 'OK');
  check('ioredis: after a restart', await redis.get('after'), 'restart');
  redis.disconnect();
});
await server.end();

const guarded = await Server.start('--requirepass', 'secret');
for (const protocol of [2, 3]) {
  await group('ioredis, password', async () => {
    const redis = new Redis({ port: guarded.port, host: '127.0.0.1', password: 'secret', protocol });
    redis.on('error', () => {});
    check(`ioredis: with the password, RESP${protocol}`, await redis.set('k', 'v'), 'OK');
    redis.disconnect();
    const named = new Redis({ path: guarded.path, username: 'default', password: 'secret', protocol });
    named.on('error', () => {});
    check(`ioredis: with user and password, RESP${protocol}`, await named.get('k'), 'v');
    named.disconnect();
    const wrong = new Redis({ port: guarded.port, host: '127.0.0.1', password: 'wrong', protocol, retryStrategy: () => null });
    wrong.on('error', () => {});
    await checkError(`ioredis: with a wrong password, RESP${protocol}`, wrong.get('k'), '');
    wrong.disconnect();
  });
}
await guarded.end();
finish();
