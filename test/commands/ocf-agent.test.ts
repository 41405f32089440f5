import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { AgentScene, ocf } from '../support/ocf-agent.js';
import { projectRoot } from '../support/paths.js';

const own = '0x000000000000001a';
const other = '0x000000000000002b';
const third = '0x000000000000003c';
const type = 'write-exclusive-registrants-only';
const lu = '3600000e00d0000000001000000010000';

describe('The OCF agent ocf:pathmanager:lu', function () {
  this.timeout(20_000);
  let scene = new AgentScene();
  beforeEach(() => (scene = new AgentScene()));
  afterEach(() => scene.remove());

  async function expectStatus(action: string, status: number, reason: RegExp | null = null): Promise<void> {
    const outcome = await scene.act(action);
    expect([outcome.status, outcome.stderr], action).to.satisfy(
      ([code, stderr]: [number, string]) => {
        return code === status && (reason === null ? stderr === '' : reason.test(stderr));
      },
      `wanted ${String(status)} and ${String(reason)}, got ${JSON.stringify(outcome)}`,
    );
  }

  /** The other node has registered, and holds the reservation. */
  function heldByOther(): void {
    scene.set('keys', `${other} ${third}`);
    scene.set('holder', other);
    scene.set('type', type);
  }

  /** The other node takes this node's key away; the controller has noticed. */
  function preempted(at = '1700000000000'): void {
    scene.set('keys', other);
    scene.set('holder', other);
    scene.set('lost', at);
  }

  it('runs through a life: each action twice, and monitor tells what is', async () => {
    await expectStatus('monitor', ocf.notRunning);
    await expectStatus('stop', ocf.success);
    await expectStatus('start', ocf.success);
    expect(scene.changes()).to.deep.equal([`register ${lu} --key ${own}`, `reserve ${lu} --type ${type}`]);
    await expectStatus('monitor', ocf.success);
    await expectStatus('start', ocf.success);
    expect(scene.changes()).to.deep.equal([]);
    await expectStatus('stop', ocf.success);
    expect(scene.changes()).to.deep.equal([`release ${lu} --type ${type}`, `unregister ${lu}`]);
    await expectStatus('monitor', ocf.notRunning);
    await expectStatus('stop', ocf.success);
    expect(scene.changes()).to.deep.equal([]);
  });

  it('hands its parameters on', async () => {
    scene.parameter('aptpl', 'true');
    scene.parameter('all_target_ports', 'yes');
    scene.parameter('type', 'exclusive-access-all-registrants');
    await expectStatus('start', ocf.success);
    expect(scene.changes()).to.deep.equal([
      `register ${lu} --key ${own} --persist --all-target-ports`,
      `reserve ${lu} --type exclusive-access-all-registrants`,
    ]);
    scene.set('holder', 'all');
    await expectStatus('monitor', ocf.success);
    await expectStatus('stop', ocf.success);
    expect(scene.changes()).to.deep.equal([`unregister ${lu}`]);
  });

  describe('takes the key', () => {
    const start = async (wanted: string): Promise<void> => {
      await expectStatus('start', ocf.success);
      expect(scene.get('key')).to.equal(wanted);
    };

    it('from its parameter, however it is written', async () => {
      scene.parameter('key', '0X00ABCDEF01234567');
      await start('0x00abcdef01234567');
    });

    it('from a file', async () => {
      writeFileSync(scene.file('my-key'), '0xBEEF\n');
      scene.parameter('key', '');
      scene.parameter('key_file', scene.file('my-key'));
      await start('0x000000000000beef');
    });

    it("from the node's number in the cluster, and goes on with it where that cannot be asked any more", async () => {
      scene.parameter('key', '');
      await start('0x000000000000000a');
      scene.program('crm_node', '#!/bin/sh\nexit 1\n');
      await expectStatus('monitor', ocf.success);
      await expectStatus('stop', ocf.success);
      expect(scene.get('keys')).to.equal('');
      await expectStatus('start', ocf.notConfigured, /number of this node in the cluster .* is no reservation key: ""/);
    });
  });

  for (const [name, value, status, reason] of [
    ['lu', '', ocf.notConfigured, /Parameter lu is missing/],
    ['lu', '3', ocf.notConfigured, /a number, which may be another logical unit's on another node/],
    ['lu', '4:0:0:1', ocf.notConfigured, /no WWID and no name: "4:0:0:1"/],
    ['lu', '--force', ocf.notConfigured, /no WWID and no name/],
    ['lu', 'a;b', ocf.notConfigured, /no WWID and no name/],
    ['key', '0', ocf.notConfigured, /parameter key is no reservation key: "0"/],
    ['key', '12345678123456781', ocf.notConfigured, /no reservation key/],
    ['key', 'node1', ocf.notConfigured, /no reservation key/],
    ['type', 'write-exclusive', ocf.notConfigured, /none that all paths of a node can use/],
    ['type', 'something', ocf.notConfigured, /none that all paths/],
    ['others', 'kill', ocf.notConfigured, /"kill"; give refuse, preempt or allow/],
  ] as const) {
    it(`refuses ${name}="${value}" before anything is asked`, async () => {
      scene.parameter(name, value);
      for (const action of ['validate-all', 'start']) await expectStatus(action, status, reason);
      expect(scene.changes()).to.deep.equal([]);
    });
  }

  it('refuses a key file that is missing', async () => {
    scene.parameter('key', '');
    scene.parameter('key_file', '/nonexistent');
    await expectStatus('validate-all', ocf.notConfigured, /file \/nonexistent is no reservation key/);
  });

  it('accepts what is right, and names and numerals of WWIDs', async () => {
    for (const name of ['lu0', 'data_base-1', '3600140512345678901234567890123456'.slice(0, 33)]) {
      scene.parameter('lu', name);
      await expectStatus('validate-all', ocf.success);
    }
  });

  describe('where other nodes have keys', () => {
    beforeEach(heldByOther);

    it('fails and changes nothing, unless it is told what to do', async () => {
      await expectStatus(
        'start',
        ocf.generic,
        /Keys of other nodes are registered, .* 0x000000000000002b 0x000000000000003c/,
      );
      expect(scene.changes()).to.deep.equal([]);
      await expectStatus('monitor', ocf.notRunning);
    });

    it('takes each of them away where it is told to', async () => {
      scene.parameter('others', 'preempt');
      await expectStatus('start', ocf.success);
      expect(scene.changes()).to.deep.equal([
        `register ${lu} --key ${own}`,
        `preempt-abort ${lu} --victim ${other} --type ${type}`,
        `preempt-abort ${lu} --victim ${third} --type ${type}`,
      ]);
      expect([scene.get('keys'), scene.get('holder')]).to.deep.equal([own, own]);
      await expectStatus('monitor', ocf.success);
    });

    it('leaves them where they are allowed, one of which may hold the reservation', async () => {
      scene.parameter('others', 'allow');
      await expectStatus('start', ocf.success);
      expect(scene.changes()).to.deep.equal([`register ${lu} --key ${own}`]);
      await expectStatus('monitor', ocf.success);
      scene.set('holder', '0x00000000000000ff');
      await expectStatus('monitor', ocf.generic, /not reserved as .* for this node/);
    });

    it('fails where the reservation is of another type', async () => {
      scene.parameter('others', 'allow');
      scene.set('type', 'exclusive-access');
      await expectStatus(
        'start',
        ocf.generic,
        /cannot be had as .*: type "exclusive-access", holder "0x000000000000002b"/,
      );
    });

    it('passes on what stands against a step', async () => {
      scene.parameter('others', 'preempt');
      scene.fail('preempt-abort', 1, 'Cannot take away a key');
      await expectStatus('start', ocf.generic, /^ocf-exit-reason:spscmd: Cannot take away a key\n$/);
      await expectStatus('stop', ocf.success);
      expect(scene.get('keys')).to.not.contain(own);
    });
  });

  describe('where another node has taken the key away', () => {
    beforeEach(async () => {
      await expectStatus('start', ocf.success);
      preempted();
      scene.changes();
    });

    it('reports a failure, stops without touching the array, and does not start again', async () => {
      await expectStatus('monitor', ocf.generic, /another node has taken it away/);
      await expectStatus('stop', ocf.success);
      await expectStatus('monitor', ocf.notRunning);
      for (const others of ['refuse', 'preempt', 'allow']) {
        scene.parameter('others', others);
        await expectStatus('start', ocf.permission, /has taken this node's key away since it was booted/);
      }
      expect(scene.changes()).to.deep.equal([]);
    });

    it('reports a failure also while the controller has not noticed', async () => {
      scene.set('lost', null);
      await expectStatus('monitor', ocf.generic, /another node has taken it away/);
      await expectStatus('stop', ocf.success);
      expect(scene.changes()).to.deep.equal([]);
    });

    it('starts again once the machine was booted', async () => {
      await expectStatus('stop', ocf.success);
      scene.boot();
      await expectStatus('monitor', ocf.notRunning);
      await expectStatus('start', ocf.generic, /Keys of other nodes/);
      scene.set('keys', null);
      scene.set('holder', null);
      await expectStatus('start', ocf.success);
      preempted('1700000001000');
      await expectStatus('stop', ocf.success);
      await expectStatus('start', ocf.permission, /since it was booted/);
    });

    it('starts again once a fence agent has registered the key', async () => {
      scene.parameter('others', 'allow');
      scene.set('lost', null);
      scene.set('keys', `${other} ${own}`);
      await expectStatus('stop', ocf.success);
      await expectStatus('start', ocf.success);
    });
  });

  it('leaves key and reservation to the fence agent where that registers them', async () => {
    scene.parameter('others', 'allow');
    scene.parameter('keep_key', 'true');
    scene.set('key', own);
    scene.set('keys', `${own} ${other}`);
    scene.set('holder', own);
    scene.set('type', type);
    await expectStatus('monitor', ocf.notRunning);
    await expectStatus('start', ocf.success);
    await expectStatus('monitor', ocf.success);
    await expectStatus('stop', ocf.success);
    await expectStatus('monitor', ocf.notRunning);
    expect(scene.changes()).to.deep.equal([]);
  });

  it('finds what was started before a boot, or is left over, and stops it', async () => {
    await expectStatus('start', ocf.success);
    scene.boot();
    await expectStatus('monitor', ocf.success);
    scene.set('holder', null);
    scene.set('type', null);
    await expectStatus('monitor', ocf.generic, /not reserved as .*: type "", holder ""/);
    await expectStatus('stop', ocf.success);
    expect(scene.get('keys')).to.equal('');
    await expectStatus('monitor', ocf.notRunning);
  });

  describe('where spscmd cannot tell', () => {
    for (const [status, message, started, probed] of [
      [1, 'No path of LogicalUnit #0 answers', ocf.generic, ocf.notRunning],
      [3, 'Controller is not running', ocf.generic, ocf.notRunning],
      [4, 'Not permitted', ocf.permission, ocf.permission],
    ] as const) {
      it(`fails with what it says (${message}) while started`, async () => {
        const reason = new RegExp(`^ocf-exit-reason:spscmd: ${message}\n$`);
        await expectStatus('start', ocf.success);
        scene.fail('read', status, message);
        for (const action of ['monitor', 'stop', 'start']) await expectStatus(action, started, reason);
        scene.mend();
        await expectStatus('monitor', ocf.success);
      });

      it(`is not running before, and cannot be started (${message})`, async () => {
        scene.fail('read', status, message);
        await expectStatus('monitor', probed, probed === ocf.notRunning ? null : /spscmd/);
        await expectStatus('stop', ocf.success);
        await expectStatus('start', started, /spscmd/);
      });
    }

    it('cannot be stopped where the key cannot be taken off', async () => {
      await expectStatus('start', ocf.success);
      scene.fail('unregister', 1, 'It is not known whether the key was taken off');
      await expectStatus('stop', ocf.generic, /It is not known/);
      scene.mend();
      await expectStatus('stop', ocf.success);
    });
  });

  it('knows no other action', async () => {
    for (const action of ['promote', 'demote', 'notify', 'migrate_to', 'reload', '']) {
      const { status } = await scene.act(action);
      expect(status, action).to.equal(ocf.unimplemented);
    }
  });

  it('describes itself to anybody, with every parameter that it reads', async () => {
    scene.parameter('lu', '');
    const { status, stdout, stderr } = await scene.act('meta-data');
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    const described = [...stdout.matchAll(/<parameter name="(\w+)"/g)].map(([, name]) => name);
    const text = readFileSync(join(projectRoot, 'src/ocf/lu'), 'utf8');
    const read = [...text.matchAll(/OCF_RESKEY_(\w+)/g)].map(([, name]) => name);
    expect(described).to.have.members([...new Set(read)]);
    expect([...stdout.matchAll(/<action name="([\w-]+)"/g)].map(([, name]) => name)).to.have.members([
      ...['start', 'stop', 'monitor', 'validate-all', 'meta-data'],
    ]);
  });

  it('is a program, which shellcheck finds nothing in', function () {
    const file = join(projectRoot, 'src/ocf/lu');
    expect(statSync(file).mode & 0o111).to.equal(0o111);
    const { error, status, stdout } = spawnSync('shellcheck', [file], { encoding: 'utf8' });
    if (error !== undefined) {
      if (this.test !== undefined) this.test.title += ' (shellcheck skipped: it is not on this machine)';
      return this.skip();
    }
    expect([status, stdout]).to.deep.equal([0, '']);
  });
});
