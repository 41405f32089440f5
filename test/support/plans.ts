/** Plans as the API gives them. */
import type { PlanResultView, PlanView, UnitPlanView } from '../../src/model/plan-view.js';

/** The moment of the views; waits count from it. */
const NOW = 1_700_000_000_000;

const table = {
  sizeBytes: 107_374_182_400,
  queueIfNoPath: true,
  groups: [
    { selector: 'service-time', bypassed: false, paths: ['4:0:0:0', '5:0:1:0'] },
    { selector: 'service-time', bypassed: true, paths: ['6:0:0:0'] },
  ],
} as const;

const reload: UnitPlanView = {
  number: 0,
  wwid: '3600000e00d0000000001000000010000',
  name: 'lu0',
  operations: [
    { kind: 'message', message: 'fail-path', text: 'take path 4:0:0:0 out of use', before: null, after: null },
    {
      kind: 'reload',
      message: null,
      text: 'load a new table',
      before: { ...table, queueIfNoPath: false, groups: [] },
      after: table,
    },
  ],
  waits: {
    code: 'waits-for-storage',
    at: NOW + 4_000,
    text: 'I/O hangs on device 8:48 of map "lu0", and a new table would stop all of its I/O',
  },
};

const resume: UnitPlanView = {
  number: 1,
  wwid: '3600000e00d0000000001000000010001',
  name: 'data\u001b[2J',
  operations: [
    {
      kind: 'resume',
      message: null,
      text: 'resume the map: it is suspended, and its I/O waits',
      before: null,
      after: null,
    },
  ],
  waits: { code: 'refused', at: NOW, text: 'the last attempt failed: kernel returned EIO (5)' },
};

const message: UnitPlanView = {
  ...resume,
  number: 2,
  name: 'lu2',
  operations: [
    { kind: 'message', message: 'switch-group', text: 'move the I/O to group 2 (5:0:1:2)', before: null, after: null },
  ],
  waits: { code: 'running', at: null, text: 'it is being carried out now' },
};

export const openPlan: PlanView = { at: NOW, compared: 5, units: [reload, resume, message] };
export const planNothing = (compared: number): PlanView => ({ at: NOW, compared, units: [] });
export const planResult: PlanResultView = {
  at: NOW,
  units: [
    { ...reload, done: true, waits: null },
    { ...resume, done: false },
  ],
};
export const planDone: PlanResultView = { at: NOW, units: [{ ...reload, done: true, waits: null }] };
