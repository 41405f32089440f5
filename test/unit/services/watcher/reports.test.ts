import { expect } from 'chai';
import { reservationKey } from '../../../../src/base/reservation.js';
import type { ReportBody } from '../../../../src/services/watcher/ports.js';
import { Reports } from '../../../../src/services/watcher/reports.js';
import { FakeClock } from '../../../support/fake-clock.js';

describe('the reports of the watcher', () => {
  const one = { wwid: '3600', key: reservationKey('1') };
  const access = { wwid: '3600', groups: [] };

  function scene(fails = false) {
    const clock = new FakeClock();
    const sent: ReportBody[] = [];
    const troubles: string[] = [];
    const link = {
      report: (body: ReportBody) => {
        sent.push(body);
        return fails ? Promise.reject(new Error('away')) : Promise.resolve();
      },
    };
    const reports = new Reports({ clock, link, nextRoundMs: () => 7, trouble: (what) => troubles.push(what) });
    return { clock, sent, troubles, reports };
  }

  it('go out at once with a key that was taken away, and take along what was gathered', async () => {
    const { clock, sent, reports } = scene();
    reports.add('access', access, false);
    reports.add('lostKeys', one, true);
    await clock.advance(5);
    expect(sent).to.deep.equal([{ probes: [], access: [access], lostKeys: [one], nextRoundMs: 7 }]);
    await clock.advance(1000);
    expect(sent).to.have.length(1);
  });

  it('tell of it where the controller does not take them', async () => {
    const { clock, troubles, reports } = scene(true);
    reports.add('lostKeys', one, true);
    await clock.advance(5);
    expect(troubles).to.deep.equal(['Cannot report to the controller']);
  });

  it('are dropped when it ends', async () => {
    const { clock, sent, reports } = scene();
    reports.add('lostKeys', one, true);
    reports.close();
    reports.add('lostKeys', one, true);
    await clock.advance(1000);
    expect(sent).to.deep.equal([]);
  });
});
