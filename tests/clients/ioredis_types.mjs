// What ioredis is ordinarily used for, type by type: node ioredis_types.mjs BINARY
// ioredis gives the same values in both protocols, so that the checks are the same, too.
import { Redis } from 'ioredis';
import { check, checkError, checkThat, finish, group, Server } from './checks.mjs';

async function lists(redis, at) {
  check(at`LPUSHX of nothing`, await redis.lpushx('l', 'a'), 0);
  check(at`RPUSH`, await redis.rpush('l', 'a', 'b', 'c', 'b', '7'), 5);
  check(at`RPUSHX`, await redis.rpushx('l', 'd'), 6);
  check(at`LLEN`, await redis.llen('l'), 6);
  check(at`LINDEX`, await redis.lindex('l', -1), 'd');
  check(at`LINDEX beyond the end`, await redis.lindex('l', 6), null);
  check(at`LSET`, await redis.lset('l', 0, 'A'), 'OK');
  await checkError(at`LSET beyond the end`, redis.lset('l', 9, 'x'), 'index out of range');
  check(at`LINSERT`, await redis.linsert('l', 'AFTER', 'A', 'a2'), 7);
  check(at`LPOS with a count`, await redis.lpos('l', 'b', 'COUNT', 0), [2, 4]);
  check(at`LPOS of nothing`, await redis.lpos('l', 'none'), null);
  check(at`LREM`, await redis.lrem('l', -1, 'b'), 1);
  check(at`LRANGE`, await redis.lrange('l', 0, -1), ['A', 'a2', 'b', 'c', '7', 'd']);
  check(at`LTRIM`, await redis.ltrim('l', 1, -2), 'OK');
  check(at`LMPOP`, await redis.lmpop(2, 'none', 'l', 'RIGHT', 'COUNT', 2), ['l', ['7', 'c']]);
  check(at`LMPOP of nothing`, await redis.lmpop(1, 'none', 'LEFT'), null);
  check(at`RPOPLPUSH`, await redis.rpoplpush('l', 'l2'), 'b');
  check(at`RPOP with a count`, await redis.rpop('l', 5), ['a2']);
  check(at`LPOP of nothing`, await redis.lpop('l'), null);
  check(at`EXISTS of an empty list`, await redis.exists('l'), 0);
  const many = Array.from({ length: 3000 }, (_, i) => `element ${i}`);
  await redis.rpush('long', many);
  check(at`a long list`, await redis.lrange('long', 0, -1), many);
  await checkError(at`a list that is none`, redis.hget('long', 'f'), 'WRONGTYPE');
}

async function hashes(redis, at) {
  check(at`HSET of an object`, await redis.hset('h', { a: '1', b: 'two' }), 2);
  check(at`HSET of a Map`, await redis.hset('h', new Map([['b', '2'], ['c', '3']])), 1);
  check(at`HMSET`, await redis.hmset('h', 'd', '4', 'e', ''), 'OK');
  check(at`HGET`, await redis.hget('h', 'b'), '2');
  check(at`HGET of nothing`, await redis.hget('h', 'none'), null);
  check(at`HMGET`, await redis.hmget('h', 'a', 'none', 'e'), ['1', null, '']);
  check(at`HGETALL`, await redis.hgetall('h'), { a: '1', b: '2', c: '3', d: '4', e: '' });
  check(at`HGETALL of nothing`, await redis.hgetall('none'), {});
  check(at`HKEYS`, (await redis.hkeys('h')).sort(), ['a', 'b', 'c', 'd', 'e']);
  check(at`HVALS`, (await redis.hvals('h')).sort(), ['', '1', '2', '3', '4']);
  check(at`HLEN`, await redis.hlen('h'), 5);
  check(at`HSTRLEN`, await redis.hstrlen('h', 'a'), 1);
  check(at`HEXISTS`, await redis.hexists('h', 'none'), 0);
  check(at`HSETNX`, await redis.hsetnx('h', 'a', 'x'), 0);
  check(at`HINCRBY`, await redis.hincrby('h', 'a', 9), 10);
  check(at`HINCRBYFLOAT`, await redis.hincrbyfloat('h', 'a', 0.25), '10.25');
  check(at`HDEL`, await redis.hdel('h', 'c', 'd', 'none'), 2);
  check(at`HRANDFIELD of all`, (await redis.hrandfield('h', 9)).sort(), ['a', 'b', 'e']);
  check(at`HRANDFIELD with values`, (await redis.hrandfield('h', -7, 'WITHVALUES')).flat().length, 14);
  check(at`HSCAN`, await redis.hscan('h', 0, 'MATCH', 'a'), ['0', ['a', '10.25']]);
  const buffers = await redis.hgetallBuffer('h');
  checkThat(at`HGETALL as buffers`, buffers.b.equals(Buffer.from('2')));
  await checkError(at`HINCRBY of a text`, redis.hincrby('h', 'e', 1), 'hash value is not an integer');
}

async function sets(redis, at) {
  check(at`SADD`, await redis.sadd('s', ['a', 'b', 'c', '4']), 4);
  check(at`SADD of integers`, await redis.sadd('i', 3, 1, 2, 3), 3);
  check(at`SCARD`, await redis.scard('s'), 4);
  check(at`SMISMEMBER`, await redis.smismember('s', 'a', 'x', '4'), [1, 0, 1]);
  check(at`SINTER`, await redis.sinter('s', 'i'), []);
  check(at`SUNION`, (await redis.sunion('s', 'i')).sort(), ['1', '2', '3', '4', 'a', 'b', 'c']);
  check(at`SINTERCARD`, await redis.sintercard(2, 's', 's', 'LIMIT', 3), 3);
  check(at`SUNIONSTORE`, await redis.sunionstore('u', 's', 'i'), 7);
  check(at`SINTERSTORE`, await redis.sinterstore('t', 'u', 'i'), 3);
  check(at`SDIFF`, (await redis.sdiff('u', 'i')).sort(), ['4', 'a', 'b', 'c']);
  check(at`SMOVE`, await redis.smove('s', 'i', '4'), 1);
  check(at`SRANDMEMBER`, (await redis.srandmember('i', -9)).length, 9);
  checkThat(at`SPOP`, ['a', 'b', 'c'].includes(await redis.spop('s')));
  check(at`SMEMBERS of integers`, (await redis.smembers('i')).sort(), ['1', '2', '3', '4']);
  check(at`SRANDMEMBER of nothing`, await redis.srandmember('none'), null);
  check(at`SSCAN`, (await redis.sscan('i', 0, 'COUNT', 10))[1].sort(), ['1', '2', '3', '4']);
}

async function sortedSets(redis, at) {
  check(at`ZADD`, await redis.zadd('z', 1, 'a', '2.5', 'b', '-inf', 'low', '+inf', 'high'), 4);
  check(at`ZADD NX`, await redis.zadd('z', 'NX', 9, 'a'), 0);
  check(at`ZADD XX CH`, await redis.zadd('z', 'XX', 'CH', 2, 'a', 1, 'none'), 1);
  check(at`ZADD GT INCR`, await redis.zadd('z', 'GT', 'INCR', -1, 'a'), null);
  check(at`ZINCRBY`, await redis.zincrby('z', 0.25, 'a'), '2.25');
  check(at`ZSCORE`, await redis.zscore('z', 'high'), 'inf');
  check(at`ZSCORE of nothing`, await redis.zscore('z', 'none'), null);
  check(at`ZMSCORE`, await redis.zmscore('z', 'a', 'none'), ['2.25', null]);
  check(at`ZCARD`, await redis.zcard('z'), 4);
  check(at`ZCOUNT`, await redis.zcount('z', '(2', '(2.5'), 1);
  check(at`ZRANGE`, await redis.zrange('z', 0, -1, 'WITHSCORES'), ['low', '-inf', 'a', '2.25', 'b', '2.5', 'high', 'inf']);
  check(at`ZRANGE BYSCORE REV`, await redis.zrange('z', '+inf', '(0', 'BYSCORE', 'REV', 'LIMIT', 1, 2), ['b', 'a']);
  check(at`ZRANGEBYSCORE`, await redis.zrangebyscore('z', '-inf', 2.5, 'WITHSCORES', 'LIMIT', 1, 5), ['a', '2.25', 'b', '2.5']);
  check(at`ZREVRANGE`, await redis.zrevrange('z', 0, 1), ['high', 'b']);
  check(at`ZREVRANGEBYSCORE`, await redis.zrevrangebyscore('z', 2.5, 2), ['b', 'a']);
  check(at`ZREVRANK`, await redis.zrevrank('z', 'a'), 2);
  check(at`ZRANK of nothing`, await redis.zrank('z', 'none'), null);
  check(at`ZADD of texts`, await redis.zadd('lex', 0, 'a', 0, 'b', 0, 'c', 0, 'd'), 4);
  check(at`ZRANGEBYLEX`, await redis.zrangebylex('lex', '(a', '[c'), ['b', 'c']);
  check(at`ZLEXCOUNT`, await redis.zlexcount('lex', '-', '+'), 4);
  check(at`ZREMRANGEBYLEX`, await redis.zremrangebylex('lex', '[d', '+'), 1);
  check(at`ZUNION`, await redis.zunion(2, 'z', 'lex', 'WEIGHTS', 1, 2, 'WITHSCORES'),
    ['low', '-inf', 'c', '0', 'a', '2.25', 'b', '2.5', 'high', 'inf']);
  check(at`ZINTER`, await redis.zinter(2, 'z', 'lex', 'AGGREGATE', 'MIN', 'WITHSCORES'), ['a', '0', 'b', '0']);
  check(at`ZINTERCARD`, await redis.zintercard(2, 'z', 'lex'), 2);
  check(at`ZDIFF`, await redis.zdiff(2, 'z', 'lex'), ['low', 'high']);
  check(at`ZUNIONSTORE`, await redis.zunionstore('u', 2, 'z', 'lex'), 5);
  check(at`ZINTERSTORE`, await redis.zinterstore('v', 2, 'z', 'lex'), 2);
  check(at`ZDIFFSTORE`, await redis.zdiffstore('w', 2, 'z', 'lex'), 2);
  check(at`ZRANGESTORE`, await redis.zrangestore('x', 'z', 1, 2), 2);
  check(at`ZPOPMAX`, await redis.zpopmax('z'), ['high', 'inf']);
  check(at`ZMPOP`, await redis.zmpop(2, 'none', 'z', 'MIN', 'COUNT', 2), ['z', [['low', '-inf'], ['a', '2.25']]]);
  check(at`ZRANDMEMBER`, await redis.zrandmember('z', 5, 'WITHSCORES'), ['b', '2.5']);
  check(at`ZREMRANGEBYSCORE`, await redis.zremrangebyscore('u', '-inf', '(1'), 2);
  check(at`ZREMRANGEBYRANK`, await redis.zremrangebyrank('u', 0, 0), 1);
  check(at`ZSCAN`, await redis.zscan('x', 0), ['0', ['a', '2.25', 'b', '2.5']]);
  const many = Array.from({ length: 1000 }, (_, i) => [i / 4, `m${i}`]);
  await redis.zadd('big', ...many.flat());
  check(at`a big sorted set`, await redis.zrange('big', 500, 501, 'WITHSCORES'), ['m500', '125', 'm501', '125.25']);
  await checkError(at`a score that is none`, redis.zadd('z', 'x', 'a'), 'not a valid float');
}

async function geo(redis, at) {
  check(at`GEOADD`, await redis.geoadd('g', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania'), 2);
  check(at`GEODIST`, await redis.geodist('g', 'Palermo', 'Catania', 'km'), '166.2742');
  check(at`GEODIST of nothing`, await redis.geodist('g', 'Palermo', 'none'), null);
  check(at`GEOHASH`, await redis.geohash('g', 'Palermo', 'none'), ['sqc8b49rny0', null]);
  const [[longitude, latitude], none] = await redis.geopos('g', 'Palermo', 'none');
  check(at`GEOPOS`, [Number(longitude).toFixed(5), Number(latitude).toFixed(5), none], ['13.36139', '38.11556', null]);
  check(at`GEOSEARCH by radius`, await redis.geosearch('g', 'FROMLONLAT', 15, 37, 'BYRADIUS', 200, 'km', 'ASC', 'WITHDIST'),
    [['Catania', '56.4413'], ['Palermo', '190.4424']]);
  check(at`GEOSEARCH by box`, await redis.geosearch('g', 'FROMMEMBER', 'Palermo', 'BYBOX', 100, 100, 'km'), ['Palermo']);
  check(at`GEOSEARCHSTORE`, await redis.geosearchstore('near', 'g', 'FROMLONLAT', 15, 37, 'BYRADIUS', 100, 'km', 'STOREDIST'), 1);
  check(at`what it stored`, await redis.zrange('near', 0, -1), ['Catania']);
  check(at`GEORADIUS`, await redis.georadius('g', 15, 37, 200, 'km', 'DESC', 'COUNT', 1), ['Palermo']);
  check(at`GEORADIUSBYMEMBER`, (await redis.georadiusbymember('g', 'Palermo', 200, 'km', 'WITHHASH')).map(([name]) => name).sort(),
    ['Catania', 'Palermo']);
  await checkError(at`GEOADD of no place`, redis.geoadd('g', 200, 100, 'x'), 'invalid longitude,latitude');
}

async function bits(redis, at) {
  check(at`SETBIT`, await redis.setbit('b', 7, 1), 0);
  check(at`SETBIT again`, await redis.setbit('b', 7, 1), 1);
  check(at`GETBIT`, await redis.getbit('b', 7), 1);
  await redis.setbit('b', 17, 1);
  check(at`BITCOUNT`, await redis.bitcount('b'), 2);
  check(at`BITCOUNT of bits`, await redis.bitcount('b', 8, -1, 'BIT'), 1);
  check(at`BITPOS`, await redis.bitpos('b', 1, 1), 17);
  await redis.set('c', Buffer.from([0xff, 0x0f]));
  check(at`BITOP AND`, await redis.bitop('AND', 'd', 'b', 'c'), 3);
  checkThat(at`what BITOP made`, (await redis.getBuffer('d')).equals(Buffer.from([1, 0, 0])));
  check(at`BITOP NOT`, await redis.bitop('NOT', 'd', 'c'), 2);
  checkThat(at`what NOT made`, (await redis.getBuffer('d')).equals(Buffer.from([0x00, 0xf0])));
  check(at`BITFIELD`, await redis.bitfield('f', 'SET', 'u8', 0, 200, 'INCRBY', 'u8', 0, 60, 'GET', 'i8', 0), [0, 4, 4]);
  check(at`BITFIELD with OVERFLOW`, await redis.bitfield('f', 'OVERFLOW', 'SAT', 'INCRBY', 'u8', '#1', 300,
    'OVERFLOW', 'FAIL', 'INCRBY', 'u8', '#1', 1), [255, null]);
  check(at`BITFIELD_RO`, await redis.call('BITFIELD_RO', 'f', 'GET', 'u16', 0), [0x04ff]);
}

async function hyperLogLogs(redis, at) {
  check(at`PFADD`, await redis.pfadd('p', 'a', 'b', 'c'), 1);
  check(at`PFADD of the same`, await redis.pfadd('p', 'a', 'b'), 0);
  check(at`PFCOUNT`, await redis.pfcount('p'), 3);
  await redis.pfadd('q', Array.from({ length: 5000 }, (_, i) => `element ${i}`));
  check(at`PFMERGE`, await redis.pfmerge('r', 'p', 'q'), 'OK');
  const count = await redis.pfcount('p', 'q');
  checkThat(at`PFCOUNT of many`, count > 4800 && count < 5200);
  check(at`PFCOUNT of what PFMERGE made`, await redis.pfcount('r'), count);
  await redis.set('text', 'abc');
  await checkError(at`PFADD to a text`, redis.pfadd('text', 'a'), 'WRONGTYPE');
}

async function sorting(redis, at) {
  await redis.rpush('l', 3, 10, 1, 2);
  await redis.mset({ w1: 30, w2: 20, w3: 10, w10: 0, o1: 'one', o2: 'two' });
  check(at`SORT`, await redis.sort('l'), ['1', '2', '3', '10']);
  check(at`SORT ALPHA DESC`, await redis.sort('l', 'ALPHA', 'DESC', 'LIMIT', 0, 2), ['3', '2']);
  check(at`SORT BY`, await redis.sort('l', 'BY', 'w*'), ['10', '3', '2', '1']);
  check(at`SORT GET`, await redis.sort('l', 'GET', '#', 'GET', 'o*', 'LIMIT', 1, 2), ['2', 'two', '3', null]);
  check(at`SORT STORE`, await redis.sort('l', 'STORE', 'sorted'), 4);
  check(at`what it stored`, await redis.lrange('sorted', 0, -1), ['1', '2', '3', '10']);
  check(at`SORT_RO`, await redis.sort_ro('sorted', 'DESC'), ['10', '3', '2', '1']);
  await redis.hset('h1', 'at', 5);
  await redis.hset('h2', 'at', 4);
  await redis.sadd('s', 1, 2);
  check(at`SORT by a field`, await redis.sort('s', 'BY', 'h*->at', 'GET', 'h*->at'), ['4', '5']);
  await redis.rpush('texts', 'b', 'a');
  await checkError(at`SORT of texts as numbers`, redis.sort('texts'), "can't be converted into double");
}

// Each kind of value as bytes, and back under another name.
async function dumps(redis, at) {
  await redis.set('string', Buffer.from([0, 255, 10, 13]));
  await redis.rpush('list', 'a', 'b', 7);
  await redis.hset('hash', { f: 'v', n: 1 });
  await redis.sadd('set', 'a'); // the order of several is not the same in a copy
  await redis.zadd('zset', 1.5, 'a', 2, 'b');
  await redis.xadd('stream', '1-1', 'f', 'v');
  await redis.xgroup('CREATE', 'stream', 'g', 0);
  await redis.pfadd('hll', 'a', 'b');
  for (const key of ['string', 'list', 'hash', 'set', 'zset', 'stream', 'hll']) {
    const bytes = await redis.dumpBuffer(key);
    check(at`RESTORE of a ${key}`, await redis.restore('copy', 0, bytes, 'REPLACE'), 'OK');
    check(at`DUMP of that ${key}`, (await redis.dumpBuffer('copy')).toString('hex'), bytes.toString('hex'));
    bytes[3] ^= 1;
    await checkError(at`RESTORE of a damaged ${key}`, redis.restore('other', 0, bytes), 'payload version or checksum are wrong');
  }
  await redis.restore('copy', 5000, await redis.dumpBuffer('string'), 'REPLACE');
  checkThat(at`the string that came back`, (await redis.getBuffer('copy')).equals(Buffer.from([0, 255, 10, 13])));
  checkThat(at`its time to live`, (await redis.pttl('copy')) > 4000);
  await checkError(at`RESTORE over a key`, redis.restore('list', 0, await redis.dumpBuffer('string')), 'BUSYKEY');
  check(at`DUMP of nothing`, await redis.dumpBuffer('none'), null);
}

const server = await Server.start();
const suites = { lists, hashes, sets, 'sorted sets': sortedSets, geo, bits, HyperLogLogs: hyperLogLogs, SORT: sorting, DUMP: dumps };
for (const protocol of [2, 3]) {
  const redis = new Redis({ port: server.port, host: '127.0.0.1', protocol });
  redis.on('error', () => {});
  for (const [name, body] of Object.entries(suites)) {
    await group(`ioredis, ${name}`, async () => {
      await redis.flushall();
      await body(redis, (...what) => `ioredis, ${name}, RESP${protocol}: ${String.raw(...what)}`);
    });
  }
  redis.disconnect();
}
await server.end();
finish();
