// node-redis against the server: node node_redis.mjs BINARY
import { createClient, RESP_TYPES } from 'redis';
import { check, checkError, checkThat, finish, group, Server, sleep, waysOfTls } from './checks.mjs';

const server = await Server.startWithTls();

async function ordinary(name, options) {
  await group(name, async () => {
    const client = createClient({ ...options, name: 'tester' });
    client.on('error', () => {});
    await client.connect();
    await client.flushAll();
    const info = await client.sendCommand(['CLIENT', 'INFO']);
    checkThat(`${name}: its name`, info.includes('name=tester'));
    checkThat(`${name}: its library`, info.includes('lib-name=node-redis'));
    checkThat(`${name}: its protocol`, info.includes(`resp=${options.RESP}`));
    if (options.socket.tls) checkThat(`${name}: its identity`, info.trim().endsWith(`transport=tls identity=${options.socket.cert ? 'client' : ''}`));
    check(`${name}: CLIENT GETNAME`, await client.clientGetName(), 'tester');

    check(`${name}: PING`, await client.ping(), 'PONG');
    check(`${name}: ECHO`, await client.echo('hi'), 'hi');
    check(`${name}: SET`, await client.set('k', 'v'), 'OK');
    check(`${name}: GET`, await client.get('k'), 'v');
    check(`${name}: GET of nothing`, await client.get('none'), null);
    check(`${name}: MSET`, await client.mSet({ a: '1', b: '2' }), 'OK');
    check(`${name}: MGET`, await client.mGet(['a', 'none', 'b']), ['1', null, '2']);
    check(`${name}: MSETNX`, await client.mSetNX({ a: '1', z: '2' }), 0);
    check(`${name}: APPEND`, await client.append('a', '23'), 3);
    check(`${name}: GETRANGE`, await client.getRange('a', 1, -1), '23');
    check(`${name}: INCR`, await client.incr('n'), 1);
    check(`${name}: INCRBY`, await client.incrBy('n', 41), 42);
    checkThat(`${name}: INCRBYFLOAT`, Number(await client.incrByFloat('n', 0.5)) === 42.5);
    check(`${name}: GETDEL`, await client.getDel('n'), '42.5');
    check(`${name}: GETEX`, await client.getEx('k', { type: 'EX', value: 100 }), 'v');
    checkThat(`${name}: TTL`, [99, 100].includes(await client.ttl('k')));
    check(`${name}: PERSIST`, await client.persist('k'), 1);
    checkThat(`${name}: EXPIRETIME`, (await client.expireTime('k')) === -1);
    await client.pSetEx('soon', 20, 'v');
    await sleep(40);
    check(`${name}: an expired key`, await client.get('soon'), null);
    check(`${name}: EXISTS`, await client.exists(['a', 'b', 'none']), 2);
    check(`${name}: TYPE`, await client.type('a'), 'string');
    check(`${name}: SADD`, await client.sAdd('s', ['x', 'y', '1']), 3);
    check(`${name}: SMEMBERS`, [...(await client.sMembers('s'))].sort(), ['1', 'x', 'y']);
    check(`${name}: SUNION`, [...(await client.sUnion(['s', 'none']))].sort(), ['1', 'x', 'y']);
    check(`${name}: SCARD`, await client.sCard('s'), 3);
    check(`${name}: SREM`, await client.sRem('s', ['x', 'y', '1']), 3);
    check(`${name}: ZADD`, await client.zAdd('z', [{ score: 2.5, value: 'b' }, { score: 1, value: 'a' }]), 2);
    check(`${name}: ZRANGE`, await client.zRange('z', 0, -1), ['a', 'b']);
    check(`${name}: ZSCORE`, await client.zScore('z', 'b'), 2.5);
    check(`${name}: ZREM`, await client.zRem('z', ['a', 'b']), 2);
    check(`${name}: GEOADD`, await client.geoAdd('g', { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' }), 1);
    check(`${name}: GEODIST`, await client.geoDist('g', 'Palermo', 'Palermo', 'm'), 0);
    check(`${name}: ZREM of a place`, await client.zRem('g', 'Palermo'), 1);
    check(`${name}: HSET`, await client.hSet('h', { f: '1', g: 'two' }), 2);
    check(`${name}: HGETALL`, { ...(await client.hGetAll('h')) }, { f: '1', g: 'two' });
    check(`${name}: HINCRBY`, await client.hIncrBy('h', 'f', 41), 42);
    check(`${name}: HDEL`, await client.hDel('h', ['f', 'g']), 2);
    check(`${name}: XADD`, await client.xAdd('x', '1-1', { f: '1' }), '1-1');
    check(`${name}: XLEN`, await client.xLen('x'), 1);
    check(`${name}: XRANGE`, (await client.xRange('x', '-', '+')).map((entry) => entry.id), ['1-1']);
    check(`${name}: DEL of a stream`, await client.del('x'), 1);
    check(`${name}: COPY`, await client.copy('a', 'c'), 1);
    check(`${name}: RENAMENX`, await client.renameNX('c', 'b'), 0);
    check(`${name}: TOUCH`, await client.touch(['a', 'b']), 2);
    check(`${name}: UNLINK`, await client.unlink(['a', 'c']), 2);
    check(`${name}: KEYS`, (await client.keys('*')).sort(), ['b', 'k']);
    check(`${name}: DBSIZE`, await client.dbSize(), 2);
    check(`${name}: LCS`, await client.lcs('k', 'b'), '');
    check(`${name}: CONFIG GET`, { ...(await client.configGet('maxclients')) }, { maxclients: '10000' });
    check(`${name}: CONFIG SET`, await client.configSet('hz', '20'), 'OK');
    checkThat(`${name}: INFO`, (await client.info('server')).includes('keel_version'));
    checkThat(`${name}: COMMAND COUNT`, (await client.commandCount()) > 50);
    checkThat(`${name}: COMMAND INFO`, (await client.commandInfo(['get']))[0].name === 'get');
    checkThat(`${name}: TIME`, (await client.time()) !== null);
    checkThat(`${name}: CLIENT LIST`, (await client.clientList()).some((one) => one.name === 'tester'));
    checkThat(`${name}: MEMORY USAGE`, (await client.memoryUsage('k')) > 0);

    check(`${name}: RPUSH`, await client.rPush('l', ['a', 'b', 'c']), 3);
    check(`${name}: LPUSH`, await client.lPush('l', 'z'), 4);
    check(`${name}: LRANGE`, await client.lRange('l', 0, -1), ['z', 'a', 'b', 'c']);
    check(`${name}: LPOP with a count`, await client.lPopCount('l', 2), ['z', 'a']);
    check(`${name}: LMOVE`, await client.lMove('l', 'm', 'LEFT', 'RIGHT'), 'b');
    check(`${name}: BLPOP`, { ...(await client.blPop(['none', 'm'], 1)) }, { key: 'm', element: 'b' });
    check(`${name}: LPOS`, await client.lPos('l', 'c'), 0);
    check(`${name}: DEL of a list`, await client.del('l'), 1);

    const replies = await Promise.all(Array.from({ length: 5000 }, (_, i) => client.set(`p:${i}`, String(i))));
    checkThat(`${name}: a pipeline of SET`, replies.every((reply) => reply === 'OK'));
    const values = await Promise.all(Array.from({ length: 5000 }, (_, i) => client.get(`p:${i}`)));
    checkThat(`${name}: a pipeline of GET`, values.every((value, i) => value === String(i)));

    const found = new Set();
    for await (const keys of client.scanIterator({ MATCH: 'p:*', COUNT: 500 })) keys.forEach((key) => found.add(key));
    check(`${name}: SCAN`, found.size, 5000);

    const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const big = Buffer.alloc(8_000_000, 'big value ');
    check(`${name}: SET of 8 MB`, await client.set('big', big), 'OK');
    checkThat(`${name}: GET of 8 MB`, (await bytes.get('big')).equals(big));
    const binary = Buffer.from([...Array(256).keys()]);
    await client.set(binary, binary);
    checkThat(`${name}: every byte`, (await bytes.get(binary)).equals(binary));

    await client.set('text', 'abc');
    await checkError(`${name}: INCR of a text`, client.incr('text'), 'value is not an integer');
    await checkError(`${name}: an unknown command`, client.sendCommand(['NOSUCH']), 'unknown command');

    const other = client.duplicate();
    other.on('error', () => {});
    await other.connect();
    const id = await other.clientId();
    const again = new Promise((resolve) => { other.once('ready', resolve); });
    checkThat(`${name}: CLIENT KILL`, [1, 'OK'].includes(await client.clientKill({ filter: 'ID', id })));
    await again;
    check(`${name}: after CLIENT KILL, connected anew`, await other.get('text'), 'abc');
    other.destroy();
    const monitor = client.duplicate();
    await monitor.connect();
    let show;
    const seen = new Promise((resolve) => { show = resolve; });
    await monitor.monitor((line) => show(String(line)));
    await client.set('watched', '1');
    checkThat(`${name}: MONITOR`, (await seen).includes('"watched"'));
    monitor.destroy();
    await client.close();
  });
}

for (const RESP of [2, 3]) {
  await ordinary(`node-redis, TCP, RESP${RESP}`, { RESP, socket: { port: server.port, host: '127.0.0.1' } });
  await ordinary(`node-redis, Unix socket, RESP${RESP}`, { RESP, socket: { path: server.path } });
}

const overTls = (...way) => ({ port: server.tlsPort, host: '127.0.0.1', tls: true, ...server.tls(...way) });
for (const [i, way] of waysOfTls.entries()) {
  const RESP = 2 + (i % 2);
  await ordinary(`node-redis, ${way[0]} ${way[1] ? 'with' : 'without'} a certificate, RESP${RESP}`, { RESP, socket: overTls(...way) });
}
await group('node-redis, a server that it does not trust', async () => {
  const client = createClient({ socket: { port: server.tlsPort, host: '127.0.0.1', tls: true, reconnectStrategy: false } });
  client.on('error', () => {});
  await checkError('node-redis: a server that it does not trust', client.connect(), 'certificate');
});

for (const where of [{ port: server.port, host: '127.0.0.1' }, overTls('TLSv1.3', true)]) await group('node-redis, restart', async () => {
  const client = createClient({ socket: { ...where, reconnectStrategy: () => 50 } });
  client.on('error', () => {});
  await client.connect();
  await client.set('k', 'v');
  await server.stop();
  await sleep(50);
  const waiting = client.set('after', 'restart');
  await server.run();
  check('node-redis: a command across a restart', await waiting, 'OK');
  check('node-redis: after a restart', await client.get('after'), 'restart');
  client.destroy();
});
await server.end();

const guarded = await Server.start('--requirepass', 'secret');
for (const RESP of [2, 3]) {
  await group('node-redis, password', async () => {
    const client = createClient({ RESP, url: `redis://:secret@127.0.0.1:${guarded.port}/3` });
    client.on('error', () => {});
    await client.connect();
    check(`node-redis: with the password, RESP${RESP}`, await client.set('k', 'v'), 'OK');
    checkThat(`node-redis: its database, RESP${RESP}`, (await client.sendCommand(['CLIENT', 'INFO'])).includes('db=3'));
    client.destroy();
    const wrong = createClient({ RESP, password: 'wrong', socket: { path: guarded.path, reconnectStrategy: false } });
    wrong.on('error', () => {});
    await checkError(`node-redis: with a wrong password, RESP${RESP}`, wrong.connect(), 'WRONGPASS');
    const none = createClient({ RESP: 2, socket: { port: guarded.port, host: '127.0.0.1', reconnectStrategy: false } });
    none.on('error', () => {});
    await none.connect().catch(() => {});
    if (none.isOpen) {
      await checkError('node-redis: without a password', none.get('k'), 'NOAUTH');
      none.destroy();
    }
  });
}
await guarded.end();
finish();
