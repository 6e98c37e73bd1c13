// What the tests of the Node.js clients share: a server to start and stop, and a count of what passed.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
      timer = setTimeout(() => reject(new Error('nothing came for 60 s')), 60000);
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

// The ways to speak TLS: version, and whether with a certificate.
export const waysOfTls = [['TLSv1.2', true], ['TLSv1.2', false], ['TLSv1.3', true], ['TLSv1.3', false]];

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Whether it comes true within some seconds.
export async function until(condition) {
  for (let i = 0; i < 500; i += 1) {
    if (await condition()) return true;
    await sleep(10);
  }
  return false;
}

// Waits until so many clients wait in a command. The connection is one of ioredis.
export const blocked = async (redis, number) => until(async () => (await redis.info('clients')).includes(`blocked_clients:${number}\r\n`));

const given = new Set(); // the kernel may offer a port again that no server has taken yet

async function freePort() {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: offered } = probe.address();
      probe.close(() => resolve(offered));
    });
  });
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}

async function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end());
    socket.on('close', (error) => resolve(!error));
    socket.on('error', () => {});
  });
}

// The binary may be redis-server, to see that a check says what is true of Redis.
export const reference = basename(process.argv[2]) === 'redis-server';

// Run from build/clients.
const makeCertificates = fileURLToPath(new URL('../../etc/trial-certificates.sh', import.meta.url));

export class Server {
  static async start(...words) {
    return new Server().begin(words);
  }

  // With a TLS port, too, on which clients may have a certificate: see tls().
  static async startWithTls(...words) {
    const server = new Server();
    server.tlsPort = await freePort();
    const at = (name) => join(server.directory, name);
    execFileSync(makeCertificates, [server.directory], { stdio: 'ignore' });
    return server.begin(['--plugin', 'transport-tls', '--tls-port', server.tlsPort, '--tls-cert-file', at('server.crt'),
      '--tls-key-file', at('server.key'), '--tls-ca-cert-file', at('ca.crt'), '--tls-auth-clients', 'optional', ...words]);
  }

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'keel-clients-'));
  }

  // Options of a client's socket for one version of TLS.
  tls(version, withCertificate) {
    const read = (name) => readFileSync(join(this.directory, name));
    const own = withCertificate ? { cert: read('client.crt'), key: read('client.key') } : {};
    return { ca: read('ca.crt'), minVersion: version, maxVersion: version, ...own };
  }

  async begin(words) {
    this.path = join(this.directory, 'keel.sock');
    this.port = await freePort();
    this.words = words;
    await this.run();
    return this;
  }

  async run() {
    const words = reference ? ['--save', ''] : ['serve'];
    this.process = spawn(process.argv[2], [...words, '--bind', '127.0.0.1', '--port', this.port, '--unixsocket', this.path,
      ...this.words], { cwd: this.directory, stdio: 'ignore' });
    const child = this.process;
    const last = () => child.kill('SIGKILL'); // when this program dies of an exception
    process.on('exit', last);
    this.ended = new Promise((resolve) => child.on('exit', resolve));
    this.ended.then(() => process.off('exit', last));
    if (!(await until(() => answers(this.port)))) throw new Error('the server does not answer');
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
