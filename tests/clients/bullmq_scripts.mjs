// BullMQ's ordinary use, scripts and all: node bullmq_scripts.mjs BINARY
// A server without scripts passes over it; it begins to run when there is EVALSHA.
import { FlowProducer, Queue, QueueEvents, UnrecoverableError, Worker } from 'bullmq';
import { check, checkError, checkThat, name, redis, run } from './bullmq.mjs';
import { sleep, until } from './checks.mjs';

async function work(connection) {
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  await events.waitUntilReady();
  const first = await queue.add('sum', { a: 1, b: 2 });
  check('the ID of the first job', first.id, '1');
  const more = await queue.addBulk([{ name: 'sum', data: { a: 3, b: 4 } }, { name: 'fail', data: {} }]);
  check('getJobCounts', await queue.getJobCounts('waiting', 'active', 'completed'), { waiting: 3, active: 0, completed: 0 });
  check('getState', await first.getState(), 'waiting');
  check('getWaiting', (await queue.getWaiting()).map((job) => job.id), ['1', '2', '3']);
  const worker = new Worker(name, async (job) => {
    if (job.name === 'fail') throw new UnrecoverableError('no');
    await job.updateProgress(50);
    await job.log('half');
    return job.data.a + job.data.b;
  }, { connection });
  check('what jobs return', [await first.waitUntilFinished(events), await more[0].waitUntilFinished(events)], [3, 7]);
  await checkError('a job that fails', more[1].waitUntilFinished(events), 'no');
  check('getJobCounts after it', await queue.getJobCounts('waiting', 'active', 'completed', 'failed'),
    { waiting: 0, active: 0, completed: 2, failed: 1 });
  const done = await queue.getJob('1');
  check('a finished job', [done.returnvalue, done.progress, await done.isCompleted()], [3, 50, true]);
  check('its log', (await queue.getJobLogs('1')).logs, ['half']);
  check('the reason of a failure', (await queue.getFailed())[0].failedReason, 'no');
  const late = await queue.add('sum', { a: 5, b: 6 }); // for a worker that waits
  check('a job for a worker that waits', await late.waitUntilFinished(events), 11);
  const delayed = await queue.add('sum', { a: 1, b: 1 }, { delay: 100 });
  check('a delayed job', [await delayed.getState(), await delayed.waitUntilFinished(events)], ['delayed', 2]);
  checkThat('after its delay', (await queue.getJob(delayed.id)).processedOn - delayed.timestamp >= 100);
  await Promise.all([worker.close(), events.close()]);
  await queue.close();
}

async function order(connection) {
  const queue = new Queue(name, { connection });
  await queue.add('c', {}, { priority: 5 });
  await queue.add('b', {}, { priority: 1 });
  await queue.add('a', {});
  await queue.add('first', {}, { lifo: true });
  check('getCountsPerPriority', await queue.getCountsPerPriority([1, 5]), { 1: 1, 5: 1 });
  const seen = [];
  const worker = new Worker(name, async (job) => { seen.push(job.name); }, { connection });
  await until(() => seen.length === 4);
  check('priorities', seen, ['first', 'a', 'b', 'c']);
  await queue.pause();
  await queue.add('paused', {});
  await sleep(50);
  check('a paused queue', [await queue.isPaused(), seen.length], [true, 4]);
  await queue.resume();
  checkThat('a resumed queue', await until(() => seen.length === 5));
  let tries = 0;
  const retrying = new Worker('retries', async () => { if ((tries += 1) < 3) throw new Error('again'); }, { connection });
  const retried = new Queue('retries', { connection });
  const job = await retried.add('x', {}, { attempts: 3, backoff: { type: 'fixed', delay: 20 } });
  checkThat('a job that is tried again', await until(() => job.isCompleted()));
  check('how often', [tries, (await retried.getJob(job.id)).attemptsMade], [3, 3]);
  await Promise.all([worker.close(), retrying.close()]);
  await Promise.all([queue.close(), retried.close()]);
}

async function flows(connection) {
  const flow = new FlowProducer({ connection });
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, async (job) => {
    if (job.name === 'leaf') return job.data.n;
    return Object.values(await job.getChildrenValues()).reduce((sum, n) => sum + n, 0);
  }, { connection });
  const tree = await flow.add({ name: 'root', queueName: name,
    children: [1, 2, 3].map((n) => ({ name: 'leaf', queueName: name, data: { n } })) });
  checkThat('a flow', await until(() => tree.job.isCompleted()));
  check('what it returns', (await queue.getJob(tree.job.id)).returnvalue, 6);
  await worker.close();
  await Promise.all([flow.close(), queue.close()]);
}

async function upkeep(connection) {
  const queue = new Queue(name, { connection });
  await queue.upsertJobScheduler('hourly', { every: 3600000 }, { name: 'tick', data: { a: 1 } });
  check('upsertJobScheduler', (await queue.getJobSchedulers()).map((one) => [one.key, one.every, one.template.data]), [['hourly', 3600000, { a: 1 }]]);
  check('removeJobScheduler', [await queue.removeJobScheduler('hourly'), await queue.getJobSchedulersCount()], [true, 0]);
  const job = await queue.add('x', { n: 1 });
  await job.updateData({ n: 2 });
  check('updateData', (await queue.getJob(job.id)).data, { n: 2 });
  check('remove', [await queue.remove(job.id), await queue.getJob(job.id)], [1, undefined]);
  await queue.drain(true); // of the scheduler's first job
  await queue.add('x', {}, { deduplication: { id: 'same' } });
  await queue.add('x', {}, { deduplication: { id: 'same' } });
  check('deduplication', await queue.getWaitingCount(), 1);
  await queue.drain();
  check('drain', await queue.getWaitingCount(), 0);
  await queue.add('x', {});
  await queue.obliterate();
  check('obliterate', await redis.keys(`bull:${name}:*`), []);
  await queue.close();
}

const scripts = (await redis.command('INFO', 'evalsha'))[0] !== null;
await run(scripts ? { work, order, flows, upkeep } : {});
