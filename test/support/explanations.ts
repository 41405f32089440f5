/** An explanation with everything filled in, as the API gives it. */
import type { ExplanationView, PathExplanation } from '../../src/model/explain/types.js';

/** The moment of the view; ages and waits count from it. */
const NOW = 1_700_000_000_000;

const inUse: PathExplanation = {
  number: '4:0:0:0',
  node: 'sdc',
  devT: '8:32',
  state: 'in-use',
  since: NOW - 7_200_000,
  priority: 2,
  enabled: true,
  access: 'optimized',
  rule: {
    code: 'highest-priority',
    text: 'it is enabled and healthy, and its priority 2 is the highest of those that are',
  },
  seen: [
    { kind: 'probe', at: NOW - 12_000, text: 'last probe: up (good), after 0.8 ms' },
    { kind: 'enablement', at: NOW - 90_000, text: 'enabled by an operator' },
    { kind: 'kernel', at: null, text: 'the kernel has it active, fail count 0 since its table was loaded' },
    { kind: 'device', at: null, text: 'device "sdc" is running' },
  ],
  next: [
    { code: 'no-heir', at: null, text: 'if it fails, no path is left' },
    {
      code: 'health-check',
      at: NOW + 48_000,
      text: 'the patrol probes it if it has carried no I/O for more than 60 s',
    },
  ],
};

const failed: PathExplanation = {
  ...inUse,
  number: '5:0:1:0',
  node: 'sdd',
  devT: '8:48',
  state: 'failed',
  since: NOW - 30_000,
  priority: 1,
  rule: {
    code: 'failed-by-kernel',
    text: 'the kernel saw I/O fail on it (I/O failed, fail count 1), and it is not used until a probe has proved it good',
  },
  seen: [
    { kind: 'failure', at: NOW - 30_000, text: 'failed by the kernel: I/O failed, fail count 1' },
    { kind: 'device', at: null, text: 'device "sdd" is transport-offline' },
  ],
  next: [
    { code: 'recovery-check', at: NOW + 48_000, text: 'the patrol probes it; a good probe brings it back, enabled' },
  ],
};

/** One unit with a path in use and a failed one, and a change that waits. */
export function explanation(fields: Partial<ExplanationView> = {}): ExplanationView {
  return {
    at: NOW,
    asked: 'units',
    units: [
      {
        number: 0,
        wwid: '3600000e00d0000000001000000010000',
        name: 'lu0',
        balance: { mode: 'none', text: 'not balanced, as an operator chose or as its map was when it was found' },
        groups: [
          { role: 'in-use', paths: ['4:0:0:0'], text: 'priority 2' },
          { role: 'failed', paths: ['5:0:1:0'], text: 'priority 1' },
        ],
        cluster: { on: false, text: 'off' },
        reservation: null,
        noPath: {
          policy: { mode: 'queue-for', seconds: 60 },
          pathlessSince: null,
          endsAt: null,
          text: 'without a path I/O waits 60 s for one, then fails; 1 of 2 paths can be used',
        },
        next: [
          {
            code: 'change-put-off',
            at: NOW + 4_000,
            text: 'a change of its map waits, and is tried again: I/O hangs on device 8:48 of map "lu0", and a new table would stop all of its I/O; the change is made by itself when that has ended',
          },
          { code: 'no-path-end', at: NOW, text: 'the no-path time ends: I/O that waits fails' },
        ],
        paths: [inUse, failed],
      },
    ],
    disks: [],
    ...fields,
  };
}

/** A disk that is no path. */
export const leftDisk: ExplanationView['disks'][number] = {
  node: 'sde',
  number: '6:0:0:0',
  devT: '8:64',
  wwid: '3600000e00d0000000001000000010000',
  text: 'the controller leaves it alone: "sde" is mounted: "/mnt"',
};
