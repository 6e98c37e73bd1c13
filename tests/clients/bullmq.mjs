// What the tests of BullMQ share: a server, a connection beside BullMQ's own, and the names of keys.
// Whatever adds, moves or finishes a job is a script of BullMQ. The rest is plain commands, and that is what these tests
// drive; what scripts would have written is prepared by hand.
import { Redis } from 'ioredis';
import * as checks from './checks.mjs';

const server = await checks.Server.start();
export const redis = new Redis({ port: server.port, host: '127.0.0.1' });
export const name = 'mail';
export const key = (last) => `bull:${name}:${last}`;

let where = '';
export const check = (what, ...rest) => checks.check(`${where}: ${what}`, ...rest);
export const checkThat = (what, ...rest) => checks.checkThat(`${where}: ${what}`, ...rest);
export const checkError = (what, ...rest) => checks.checkError(`${where}: ${what}`, ...rest);

export const clients = async () => (await redis.client('LIST')).split('\n').filter(Boolean);

// Runs functions by name, each in both protocols with options for BullMQ's connections, and ends the program.
export async function run(suites) {
  for (const protocol of [2, 3]) {
    const connection = { port: server.port, host: '127.0.0.1', protocol, retryStrategy: () => 20, maxRetriesPerRequest: null };
    for (const [what, body] of Object.entries(suites)) {
      where = `BullMQ, RESP${protocol}, ${what}`;
      await checks.group(where, async () => {
        await redis.flushall();
        await body(connection);
      });
    }
  }
  redis.disconnect();
  await server.end();
  checks.finish();
}
