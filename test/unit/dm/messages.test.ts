import { expect } from 'chai';
import { devT } from '../../../src/base/ids.js';
import { messageText } from '../../../src/dm/messages.js';

describe('messages to a multipath target', () => {
  for (const [message, text] of [
    [{ kind: 'fail-path', devT: devT('8:16') }, 'fail_path 8:16'],
    [{ kind: 'reinstate-path', devT: devT('8:16') }, 'reinstate_path 8:16'],
    [{ kind: 'disable-group', group: 2 }, 'disable_group 2'],
    [{ kind: 'enable-group', group: 2 }, 'enable_group 2'],
    [{ kind: 'switch-group', group: 1 }, 'switch_group 1'],
    [{ kind: 'queue-if-no-path' }, 'queue_if_no_path'],
    [{ kind: 'fail-if-no-path' }, 'fail_if_no_path'],
  ] as const) {
    it(text, () => expect(messageText(message)).to.equal(text));
  }
});
