import { expect } from 'chai';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../../src/bin/map-changer.js');

describe('Map changer', () => {
  it('ends in silence when its daemon has died while it started', async () => {
    const helper = fork(program, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    let said = '';
    for (const stream of [helper.stdout, helper.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    const ended = once(helper, 'exit');
    helper.disconnect();
    expect([await ended, said]).to.deep.equal([[0, null], '']);
  });

  it('says when it is ready, and answers a change that fails with its error', async () => {
    const helper = fork(program, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    const [up] = (await once(helper, 'message')) as [unknown];
    expect(up).to.deep.equal({ up: true });
    helper.send({ kind: 'resume', name: 'no-such-map' });
    const [answer] = (await once(helper, 'message')) as [{ ok: boolean; code: string }];
    expect(answer.ok).to.equal(false);
    const ended = once(helper, 'exit');
    helper.disconnect();
    expect(await ended).to.deep.equal([0, null]);
  });
});
