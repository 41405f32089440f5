/** What doctor finds of remote ports and their time-outs. */
import { expect } from 'chai';
import { examine } from '../../../../src/model/doctor/examine.js';
import type { Finding } from '../../../../src/model/doctor/types.js';
import type { PortPolicy } from '../../../../src/model/ports/types.js';
import { doctorFacts, limits } from '../../../support/doctor-facts.js';
import { facts, lostPort, map, Play, policy, rport } from '../../../support/model-play.js';
import { port, two } from './rows.js';

function found(play: Play, code: string): Finding {
  const finding = examine(doctorFacts(play)).find((each) => each.code === code);
  if (finding === undefined) throw new Error(`nothing is found of "${code}"`);
  return finding;
}

function withPorts(fastIoFailSec: readonly (number | null)[]): Play {
  const play = new Play();
  const ports = fastIoFailSec.map((seconds, index) => rport(index + 1, { fastIoFailSec: seconds }));
  play.feed({ kind: 'inventory', paths: [facts(1), facts(2)], maps: [map(['1 2'])], ports });
  return play;
}

describe('doctor on remote ports', () => {
  it('finds one that is held back, and that its paths are failed', () => {
    const play = withPorts([null, null]);
    for (let loss = 0; loss < 4; loss += 1) {
      play.port(lostPort(1));
      play.port(rport(1));
    }
    const { severity, what, units } = found(play, 'port-held-back');
    expect([severity, what, units]).to.deep.equal([
      'warning',
      'Remote port rport-1:0-0 is lost again and again, and held back.',
      [0],
    ]);
  });

  it('finds those that degrade, with what is said of them', () => {
    const play = withPorts([null, null]);
    play.port(rport(1, { state: 'marginal', portState: 'Marginal' }));
    play.port(rport(2, { state: 'marginal', portState: 'Marginal' }));
    const { severity, what } = found(play, 'port-marginal');
    expect([severity, what]).to.deep.equal([
      'warning',
      'Remote ports rport-1:0-0 and rport-2:0-0 are reported as degrading (the kernel has it as Marginal).',
    ]);
  });

  it('finds time-outs of an operator that cost time, the graver the longer', () => {
    expect(found(withPorts([5, null]), 'operators-time-outs')).to.include({
      severity: 'info',
      what: 'Remote port rport-1:0-0 is left with the fast_io_fail_tmo that an operator set (5 s at most).',
    });
    expect(found(withPorts([5, 30]), 'operators-time-outs')).to.include({ severity: 'warning' });
    expect(examine(doctorFacts(withPorts([0, null])))).to.deep.equal([]);
  });

  it('finds nothing of ports without a logical unit but the fact itself', () => {
    const play = two();
    play.present(facts(3, { remotePort: null }));
    play.port(rport(9, { state: 'marginal', portState: 'Marginal' }));
    expect(found(play, 'port-marginal').units).to.deep.equal([]);
  });
});

describe('doctor on time-outs', () => {
  const mend = (ports: Partial<PortPolicy>, fast: number | null, loss: number): string => {
    const play = two({ ports: { ...policy.ports, ...ports } });
    const [finding] = examine(doctorFacts(play, {}, (number) => limits(number, port('rport-1:0-0', fast, loss))));
    return finding?.mend ?? '';
  };

  it('says what the configuration has to do with them', () => {
    expect(mend({ fastIoFail: 'off' }, null, 100)).to.include('Set fibreChannel.fastIoFail to adaptive');
    expect(mend({}, null, 100)).to.include('The controller sets it when the port is there');
    expect(mend({}, 5, 30)).to.include('The controller raises it where no operator has set it');
    expect(mend({ devLoss: 'keep' }, 5, 30)).to.include('Set fibreChannel.devLoss to auto');
  });
});
