// What the tests of the Node.js clients share: a server to start and stop, and a count of what passed.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let passed = 0;
let failed = 0;

export function check(what, got, wanted) {
  const same = JSON.stringify(got) === JSON.stringify(wanted);
  if (same) {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${what}: expected ${show(wanted)}, got ${show(got)}`);
  }
}

export function checkThat(what, condition) {
  check(what, Boolean(condition), true);
}

// An error reply with this text in it.
export async function checkError(what, promise, text) {
  try {
    check(what, await promise, `an error with ${text}`);
  } catch (error) {
    if (String(error.message).includes(text)) passed += 1;
    else check(what, String(error.message), `an error with ${text}`);
  }
}

function show(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

// Runs a group of checks; an exception in it is one failure.
export async function group(name, body) {
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('nothing came for 15 s')), 15000);
    });
    await Promise.race([body(), late]);
  } catch (error) {
    failed += 1;
    console.log(`${name}: ${error.stack ?? error}`);
  } finally {
    clearTimeout(timer);
  }
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end());
    socket.on('close', (error) => resolve(!error));
    socket.on('error', () => {});
  });
}

export class Server {
  static async start(...words) {
    const server = new Server();
    server.directory = mkdtempSync(join(tmpdir(), 'keel-clients-'));
    server.path = join(server.directory, 'keel.sock');
    server.port = await freePort();
    server.words = words;
    await server.run();
    return server;
  }

  async run() {
    this.process = spawn(process.argv[2], ['serve', '--bind', '127.0.0.1', '--port', this.port, '--unixsocket', this.path,
      ...this.words], { cwd: this.directory, stdio: 'ignore' });
    const child = this.process;
    const last = () => child.kill('SIGKILL'); // when this program dies of an exception
    process.on('exit', last);
    this.ended = new Promise((resolve) => child.on('exit', resolve));
    this.ended.then(() => process.off('exit', last));
    for (let i = 0; i < 500 && !(await answers(this.port)); i += 1) await sleep(10);
  }

  async stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }

  async end() {
    check('exit status of the server', await this.stop(), 0);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
