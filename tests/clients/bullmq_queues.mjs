// BullMQ's queues, jobs, flows and schedulers, as far as they are without scripts: node bullmq_queues.mjs BINARY
import { FlowProducer, Job, Queue } from 'bullmq';
import { check, checkThat, key, name, redis, run } from './bullmq.mjs';
import { until } from './checks.mjs';

// The hash of a job as the script of Queue.add leaves it.
const writeJob = (id, fields = {}) => redis.hset(key(id), {
  name: 'send', data: JSON.stringify({ to: `${id}@example.org` }), opts: JSON.stringify({ attempts: 3, kl: 10 }),
  timestamp: 1700000000000 + Number(id), delay: 0, priority: 0, ...fields,
});

async function meta(connection) {
  const queue = new Queue(name, { connection, streams: { events: { maxLen: 500 } } });
  await queue.waitUntilReady();
  checkThat('the hash of the queue', await until(() => redis.hexists(key('meta'), 'opts.maxLenEvents')));
  check('getGlobalConcurrency of none', await queue.getGlobalConcurrency(), null);
  await queue.setGlobalConcurrency(4);
  check('getGlobalConcurrency', await queue.getGlobalConcurrency(), 4);
  await queue.setGlobalRateLimit(10, 1000);
  check('getGlobalRateLimit', await queue.getGlobalRateLimit(), { max: 10, duration: 1000 });
  check('isPaused', await queue.isPaused(), false);
  await redis.hset(key('meta'), 'paused', 1);
  check('isPaused of a paused queue', await queue.isPaused(), true);
  const { version, ...known } = await queue.getMeta();
  check('getMeta', known, { concurrency: 4, maxLenEvents: 500, max: 10, duration: 1000, paused: true });
  check('its version', version, await queue.getVersion());
  check('removeGlobalConcurrency', await queue.removeGlobalConcurrency(), 1);
  check('removeGlobalRateLimit', await queue.removeGlobalRateLimit(), 2);
  check('getGlobalRateLimit of none', await queue.getGlobalRateLimit(), null);

  await queue.rateLimit(5000);
  check('rateLimit', await redis.get(key('limiter')), String(Number.MAX_SAFE_INTEGER));
  const left = await redis.pttl(key('limiter'));
  checkThat('rateLimit: its time', left > 3000 && left <= 5000);
  check('removeRateLimitKey', [await queue.removeRateLimitKey(), await queue.removeRateLimitKey()], [1, 0]);
  await redis.set(key('de:same'), '7');
  check('getDeduplicationJobId', [await queue.getDeduplicationJobId('same'), await queue.getDeduplicationJobId('none')], ['7', null]);
  check('removeDeduplicationKey', [await queue.removeDeduplicationKey('same'), await redis.exists(key('de:same'))], [1, 0]);
  await redis.zadd(key('priority'), 1, 'x');
  check('removeDeprecatedPriorityKey', await queue.removeDeprecatedPriorityKey(), 1);
  await queue.close();
}

async function jobs(connection) {
  const queue = new Queue(name, { connection });
  await writeJob(1, { progress: '{"done":50}', atm: 2, ats: 3, processedOn: 5, finishedOn: 9, returnvalue: '"sent"', stacktrace: '["one"]' });
  const job = await queue.getJob('1');
  check('getJob', [job.id, job.name, job.data, job.progress, job.attemptsMade, job.attemptsStarted, job.processedOn, job.finishedOn,
    job.returnvalue, job.stacktrace, job.timestamp],
  ['1', 'send', { to: '1@example.org' }, { done: 50 }, 2, 3, 5, 9, 'sent', ['one'], 1700000000001]);
  check('its options', [job.opts.attempts, job.opts.keepLogs], [3, 10]);
  check('getJob of nothing', await queue.getJob('none'), undefined);

  const states = { Waiting: 'wait', Active: 'active', Completed: 'completed', Failed: 'failed', Delayed: 'delayed', WaitingChildren: 'waiting-children' };
  await redis.rpush(key('wait'), '10', '1');
  await redis.rpush(key('active'), '2');
  for (const [id, state] of [[3, 'completed'], [4, 'failed'], [5, 'delayed'], [6, 'waiting-children']]) await redis.zadd(key(state), id, id);
  for (const [i, id] of [1, 2, 3, 4, 5, 6].entries()) {
    const one = id === 1 ? job : (await writeJob(id), await Job.fromId(queue, String(id)));
    const found = [];
    for (const state of Object.keys(states)) if (await one[`is${state}`]()) found.push(state);
    check(`the state of job ${id}`, found, [Object.keys(states)[i]]);
  }

  for (let i = 0; i < 10; i += 1) await redis.rpush(key('1:logs'), `row ${i}`);
  check('getJobLogs', await queue.getJobLogs('1', 2, 4), { logs: ['row 2', 'row 3', 'row 4'], count: 10 });
  check('getJobLogs from the end', await queue.getJobLogs('1', 0, 1, false), { logs: ['row 9', 'row 8'], count: 10 });
  await job.clearLogs(2);
  check('clearLogs but two', await queue.getJobLogs('1'), { logs: ['row 8', 'row 9'], count: 2 });
  await job.clearLogs();
  check('clearLogs', await queue.getJobLogs('1'), { logs: [], count: 0 });
  await queue.close();
}

async function flows(connection) {
  const flow = new FlowProducer({ connection });
  const queue = new Queue(name, { connection });
  await writeJob(1);
  for (const id of [2, 3, 4, 5]) await writeJob(id, { parentKey: key(1), parent: JSON.stringify({ id: '1', queueKey: `bull:${name}` }) });
  await redis.hset(key('1:processed'), { [key(2)]: '{"n":2}' });
  await redis.sadd(key('1:dependencies'), key(3));
  await redis.hset(key('1:failed'), { [key(4)]: 'no route' });
  await redis.zadd(key('1:unsuccessful'), 1, key(5));
  const job = await queue.getJob('1');
  check('getChildrenValues', await job.getChildrenValues(), { [key(2)]: { n: 2 } });
  check('getIgnoredChildrenFailures', await job.getIgnoredChildrenFailures(), { [key(4)]: 'no route' });
  check('getDependencies', Object.fromEntries(Object.entries(await job.getDependencies()).sort()),
    { failed: [key(5)], ignored: { [key(4)]: 'no route' }, processed: { [key(2)]: { n: 2 } }, unprocessed: [key(3)] });
  check('the parent of a job', (await queue.getJob('2')).parent, { id: '1', queueKey: `bull:${name}` });
  const tree = await flow.getFlow({ id: '1', queueName: name });
  check('getFlow', [tree.job.id, tree.children.map((child) => child.job.id).sort()], ['1', ['2', '3', '4', '5']]);

  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`child${i}`, String(i)]));
  await redis.hset(key('9:processed'), many);
  await redis.sadd(key('9:dependencies'), Object.keys(many));
  await writeJob(9);
  const parent = await queue.getJob('9');
  const processed = {};
  const unprocessed = new Set();
  for (let cursor = 0; ;) {
    const part = await parent.getDependencies({ processed: { cursor, count: 50 } });
    Object.assign(processed, part.processed);
    cursor = part.nextProcessedCursor;
    if (cursor === 0) break;
  }
  for (let cursor = 0; ;) {
    const part = await parent.getDependencies({ unprocessed: { cursor, count: 50 } });
    part.unprocessed.forEach((one) => unprocessed.add(one));
    cursor = part.nextUnprocessedCursor;
    if (cursor === 0) break;
  }
  check('getDependencies in parts: processed', [Object.keys(processed).length, processed.child999], [1000, 999]);
  check('getDependencies in parts: unprocessed', unprocessed.size, 1000);
  await flow.close();
  await queue.close();
}

async function schedulers(connection) {
  const queue = new Queue(name, { connection });
  check('getJobSchedulersCount of none', await queue.getJobSchedulersCount(), 0);
  for (const [id, next] of [['hourly', 3600000], ['daily', 86400000]]) {
    await redis.zadd(key('repeat'), next, id);
    await redis.hset(key(`repeat:${id}`), { name: 'send', ic: 1, every: next, data: '{"a":1}', opts: '{"attempts":2}' });
  }
  check('getJobSchedulersCount', await queue.getJobSchedulersCount(), 2);
  const of = (id, every) => ({ key: id, name: 'send', next: every, iterationCount: 1, every, template: { data: { a: 1 }, opts: { attempts: 2 } } });
  check('getJobSchedulers', await queue.getJobSchedulers(0, -1, true), [of('hourly', 3600000), of('daily', 86400000)]);
  check('getJobSchedulers, the last first', (await queue.getJobSchedulers(0, 0)).map((one) => one.key), ['daily']);
  const scheduler = await queue.jobScheduler;
  check('isJobScheduler', [await scheduler.isJobScheduler('daily'), await scheduler.isJobScheduler('none')], [true, false]);
  await queue.close();
}

await run({ meta, jobs, flows, schedulers });
