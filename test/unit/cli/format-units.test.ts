import { expect } from 'chai';
import { formatUnits } from '../../../src/cli/format-units.js';
import type { BalanceMode } from '../../../src/model/types.js';
import { path, unit } from '../../support/views.js';

const headerOf = (balance: BalanceMode): string => formatUnits({ sequence: 1, units: [unit(12, [], { balance })] });

describe('formatUnits()', () => {
  it('marks balanced units and names their selector', () => {
    expect(headerOf('none')).to.equal('*** LogicalUnit #12 ***');
    expect(headerOf('round-robin')).to.equal('+++ LogicalUnit #12 +++ [round robin]');
    expect(headerOf('queue-length')).to.equal('+++ LogicalUnit #12 +++ [queue length]');
    expect(headerOf('service-time')).to.equal('+++ LogicalUnit #12 +++ [service time]');
    expect(headerOf('historical-service-time')).to.equal('+++ LogicalUnit #12 +++ [historical service time]');
  });

  it('keeps its columns with many paths', () => {
    const paths = Array.from({ length: 11 }, (_, index) => path(`4:0:${String(index)}:0`, { priority: 254 - index }));
    const lines = formatUnits({ sequence: 1, units: [unit(0, paths)] }).split('\n');
    expect(lines[1]).to.equal('    0: Priority=254, PathNumber=4:0:0:0');
    expect(lines[11]).to.equal('   10: Priority=244, PathNumber=4:0:10:0');
  });
});
