// BullMQ's connections: their checks, events, workers that wait for work: node bullmq_connections.mjs BINARY
import { Queue, QueueEvents, QueueEventsProducer, Worker } from 'bullmq';
import { check, checkError, checkThat, clients, key, name, redis, run } from './bullmq.mjs';
import { blocked, sleep, until } from './checks.mjs';

async function connections(connection) {
  const warnings = [];
  const warn = console.warn;
  console.warn = (text) => warnings.push(text);
  const queue = new Queue(name, { connection });
  check('its version', await queue.getVersion().then((version) => version.split(':')[0]), 'bullmq');
  check('the kind of the server', queue.backend.databaseType, 'redis');
  checkThat('the version of the server', /^7\.\d+\.\d+$/.test(queue.backend.redisVersion));
  check('no warnings', warnings, []);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const warned = new Queue(name, { connection });
  await warned.waitUntilReady();
  checkThat('a warning about evictions', String(warnings).includes('Eviction policy is allkeys-lru'));
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  console.warn = warn;
  await warned.close();
  await queue.close();
  checkThat('all connections are closed', await until(async () => (await clients()).length === 1));
}

async function events(connection) {
  const producer = new QueueEventsProducer(name, { connection });
  await producer.waitUntilReady();
  await producer.publishEvent({ eventName: 'early', n: 1 });
  const all = new QueueEvents(name, { connection, lastEventId: '0' });
  const fresh = new QueueEvents(name, { connection, blockingTimeout: 50 });
  all.on('error', () => {});
  fresh.on('error', () => {});
  const seen = [];
  const watch = (event) => all.on(event, (args, id) => seen.push([event, args, id]));
  ['early', 'waiting', 'progress', 'completed', 'delayed', 'drained'].forEach(watch);
  const ofJob = new Promise((resolve) => { all.once('completed:7', resolve); });
  const news = [];
  fresh.on('early', () => news.push('early'));
  fresh.on('custom', (args) => news.push(args));
  await Promise.all([all.waitUntilReady(), fresh.waitUntilReady()]);
  check('getQueueEvents', await until(async () => {
    const queue = new Queue(name, { connection });
    const found = await queue.getQueueEvents();
    await queue.close();
    return found.length === 2 && found.every((one) => one.name === name && one.rawname.endsWith(':qe'));
  }), true);
  await sleep(120); // some reads that end without an event
  await producer.publishEvent({ eventName: 'waiting', jobId: '7' });
  await producer.publishEvent({ eventName: 'progress', jobId: '7', data: '{"half":true}' });
  await producer.publishEvent({ eventName: 'delayed', jobId: '7', delay: 500 });
  await producer.publishEvent({ eventName: 'completed', jobId: '7', returnvalue: '[1,2]' });
  await producer.publishEvent({ eventName: 'drained' });
  await until(() => seen.length === 6);
  check('events', seen.map(([event, args]) => (event === 'drained' ? [event] : [event, args])), [['early', { n: '1' }], ['waiting', { jobId: '7' }],
    ['progress', { jobId: '7', data: { half: true } }], ['delayed', { jobId: '7', delay: 500 }],
    ['completed', { jobId: '7', returnvalue: [1, 2] }], ['drained']]);
  check('an event of one job', (await ofJob).returnvalue, [1, 2]);
  check('their IDs', seen.slice(0, 5).map(([, , id]) => id), (await redis.xrange(key('events'), '-', '+', 'COUNT', 5)).map(([id]) => id));

  // Connections that end: what is published in the meantime arrives.
  const [lost] = (await clients()).filter((line) => line.includes(' cmd=xread') && line.includes(':qe '));
  await redis.client('KILL', 'ID', lost.match(/^id=(\d+)/)[1]);
  await producer.publishEvent({ eventName: 'waiting', jobId: '8' });
  checkThat('an event across a lost connection', await until(() => seen.length === 7));
  await producer.publishEvent({ eventName: 'custom', text: 'x' });
  await until(() => news.length > 0);
  check('events from now on', news, [{ text: 'x' }]);

  for (let i = 0; i < 300; i += 1) await producer.publishEvent({ eventName: 'many', i }, 100);
  const length = await redis.xlen(key('events'));
  checkThat('the stream is trimmed', length >= 100 && length < 250);
  const queue = new Queue(name, { connection });
  checkThat('trimEvents', (await queue.trimEvents(0)) === length && (await redis.xlen(key('events'))) === 0);
  await Promise.all([all.close(), fresh.close(), producer.close(), queue.close()]);
}

async function workers(connection) {
  const plain = new Worker(name, async () => {}, { connection, autorun: false, drainDelay: 5 });
  const named = new Worker(name, async () => {}, { connection, autorun: false, name: 'second' });
  const ready = new Promise((resolve) => { plain.once('ready', resolve); });
  await Promise.all([plain.waitUntilReady(), named.waitUntilReady(), ready]);
  const queue = new Queue(name, { connection });
  const found = await queue.getWorkers();
  check('getWorkers', found.map((one) => [one.name, one.rawname.split(':').slice(2)]).sort(), [[name, []], [name, ['w', 'second']]]);
  checkThat('what is known of them', found.every((one) => Number(one.id) > 0 && one.addr.startsWith('127.0.0.1:') && Number(one.age) >= 0));
  check('getWorkersCount', await queue.getWorkersCount(), 2);

  check('waiting in vain', await plain.backend.waitForJob(0.02), null);
  check('the shortest wait', [plain.backend.minimumBlockTimeout, await plain.backend.waitForJob(plain.backend.minimumBlockTimeout)], [0.001, null]);
  await redis.zadd(key('marker'), 0, '0');
  check('a marker that is there', await plain.backend.waitForJob(5), { member: '0', score: 0 });
  const waits = plain.backend.waitForJob(5);
  await blocked(redis, 1);
  const second = named.backend.waitForJob(5);
  await blocked(redis, 2);
  await redis.multi().zadd(key('marker'), 0, '0').zadd(key('marker'), 1700000000000, '1').exec();
  check('a marker for each that waits', await Promise.all([waits, second]), [{ member: '0', score: 0 }, { member: '1', score: 1700000000000 }]);
  check('the markers are gone', await redis.exists(key('marker')), 0);
  await redis.zadd(key('marker'), 1700000000000, '1');
  check('the time of a delayed job', await plain.waitForJob(0), 1700000000000);

  // A connection that is lost while it waits, and one that the worker itself interrupts.
  const across = plain.backend.waitForJob(5);
  await blocked(redis, 1);
  const [line] = (await clients()).filter((one) => one.includes(' cmd=bzpopmin') && one.includes(' flags=b'));
  await redis.client('KILL', 'ID', line.match(/^id=(\d+)/)[1]);
  await redis.zadd(key('marker'), 3, '0');
  check('a marker across a lost connection', await across, { member: '0', score: 3 });
  const interrupted = checkError('an interrupted wait', plain.backend.waitForJob(5), 'Connection is closed');
  await blocked(redis, 1);
  await plain.backend.disconnectBlocking();
  await interrupted;
  await plain.backend.reconnectBlocking();
  await redis.zadd(key('marker'), 4, '0');
  check('a marker after it', await plain.backend.waitForJob(5), { member: '0', score: 4 });
  await plain.rateLimit(1000);
  check('rateLimit of a worker', await redis.exists(key('limiter')), 1);

  await Promise.all([plain.close(), named.close()]);
  checkThat('closed workers are not listed', await until(async () => (await queue.getWorkersCount()) === 0));
  await queue.close();
}

await run({ connections, events, workers });
