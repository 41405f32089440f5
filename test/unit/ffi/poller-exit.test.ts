import { spawn } from 'node:child_process';
import { expect } from 'chai';

interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Runs a program with a poller that waits for something that never comes; killed after 8 s, which is a failure. */
async function run(body: string, whenReady?: (pid: number) => void): Promise<Outcome> {
  const at = (name: string): string => JSON.stringify(new URL(`../../../src/ffi/${name}.js`, import.meta.url).href);
  const program = `
    import { Poller } from ${at('poller')};
    import { eventfd } from ${at('libc')};
    const poller = new Poller();
    const idle = eventfd(0);
    const block = () => poller.watch(idle, { readable: true }, () => undefined);
    ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), 8000);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('ready') && child.pid !== undefined) whenReady?.(child.pid);
  });
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, output });
    });
  });
}

describe('a process whose poller is blocked ends', () => {
  it('at process.exit()', async () => {
    const outcome = await run('block(); setTimeout(() => process.exit(7), 50);');
    expect(outcome).to.deep.include({ code: 7, signal: null });
  });

  it('at process.exit() right after it began to wait', async () => {
    const outcome = await run('block(); process.exit(7);');
    expect(outcome).to.deep.include({ code: 7, signal: null });
  });

  it('in a handler of SIGTERM', async () => {
    const outcome = await run(
      'block(); process.on("SIGTERM", () => process.exit(3)); console.log("ready");',
      (pid) => void process.kill(pid, 'SIGTERM'),
    );
    expect(outcome).to.deep.include({ code: 3, signal: null });
  });

  it('by an exception that nobody catches', async () => {
    const outcome = await run('block(); setTimeout(() => { throw new Error("on purpose"); }, 50);');
    expect(outcome).to.deep.include({ code: 1, signal: null });
    expect(outcome.output).to.include('on purpose');
  });

  it('by an exception in a watch', async () => {
    const outcome = await run(
      'poller.watch(eventfd(1), { readable: true }, () => { throw new Error("on purpose"); });',
    );
    expect(outcome).to.deep.include({ code: 1, signal: null });
    expect(outcome.output).to.include('on purpose');
  });

  it('by a promise that nobody catches, rejected in a watch', async () => {
    const outcome = await run(
      'poller.watch(eventfd(1), { readable: true }, () => { void Promise.reject(new Error("on purpose")); });',
    );
    expect(outcome).to.deep.include({ code: 1, signal: null });
    expect(outcome.output).to.include('on purpose');
  });

  it('by itself when the last watch is closed, though the poller is not', async () => {
    const outcome = await run('const watch = block(); setTimeout(() => watch.close(), 50);');
    expect(outcome).to.deep.include({ code: 0, signal: null });
  });

  it('by itself when the poller is closed', async () => {
    const outcome = await run('block(); setTimeout(() => poller.close().then(() => console.log("closed")), 50);');
    expect(outcome).to.deep.include({ code: 0, signal: null, output: 'closed\n' });
  });

  it('and not before: a watch keeps it alive', async () => {
    const outcome = await run(
      'block(); console.log("ready");',
      (pid) => void setTimeout(() => process.kill(pid, 'SIGTERM'), 300),
    );
    expect(outcome).to.deep.include({ code: null, signal: 'SIGTERM' });
  });
});
