/** What can be said of the machine while no controller answers: from plain files, without any right. */
import { hasCode } from '../base/errors.js';
import { escapeControl } from '../base/text.js';
import { dmIdentity } from '../sysfs/block.js';
import { Sysfs } from '../sysfs/sysfs.js';
import { requireNoMultipathd } from './daemon/multipathd-check.js';

export interface BareMachine {
  /** Why multipathd stands in the way; null where it does not run. */
  readonly multipathd: string | null;
  /** The kernel can do multipath already; where not, the controller loads the module when it starts. */
  readonly multipathLoaded: boolean;
  /** Names of the multipath maps that run. */
  readonly maps: readonly string[];
}

/** @param root the folder that stands for "/", for tests */
export function bareMachine(root = ''): BareMachine {
  const sysfs = new Sysfs(`${root}/sys`);
  const devices = sysfs.list('block').filter((node) => node.startsWith('dm-'));
  const maps = devices.flatMap((node) => {
    const identity = dmIdentity(sysfs, node);
    return identity?.uuid?.startsWith('mpath-') === true ? [escapeControl(identity.name ?? node)] : [];
  });
  return { multipathd: multipathdRuns(root), multipathLoaded: sysfs.exists('module/dm_multipath'), maps };
}

function multipathdRuns(root: string): string | null {
  try {
    requireNoMultipathd(`${root}/run`, `${root}/proc`);
    return null;
  } catch (error) {
    if (hasCode(error, 'ALREADY_RUNNING')) return error.message;
    throw error;
  }
}
