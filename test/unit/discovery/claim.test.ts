import { expect } from 'chai';
import fc from 'fast-check';
import { devT, pathKey, pathNumber, sectors, wwid } from '../../../src/base/ids.js';
import type { Wwid } from '../../../src/base/ids.js';
import { globMatches, leftOut, mayClaim } from '../../../src/discovery/claim.js';
import type { ClaimPolicy } from '../../../src/discovery/claim.js';
import type { PathFacts } from '../../../src/discovery/facts.js';

const A = wwid('3aaa');
const B = wwid('3bbb');

let minor = 0;
const path = (id: Wwid, more: Partial<PathFacts> = {}): PathFacts => ({
  devT: devT(`8:${(minor += 16)}`),
  node: `sd${minor}`,
  sg: null,
  number: pathNumber(`0:0:${minor}:0`),
  key: pathKey('i', String(minor), 0),
  wwid: id,
  sizeSectors: sectors(1),
  vendor: 'NEC',
  product: 'DISK ARRAY',
  revision: '',
  serial: '',
  transport: 'other',
  initiatorPort: 'i',
  targetPort: 't',
  remotePort: null,
  portGroup: null,
  relativePort: null,
  access: null,
  state: 'running',
  obstacle: null,
  holders: [],
  ...more,
});

const policy = (more: Partial<ClaimPolicy> = {}): ClaimPolicy => ({
  mode: 'multiple',
  known: new Set(),
  exclude: [],
  include: [],
  ...more,
});

const claimed = (facts: readonly PathFacts[], more: Partial<ClaimPolicy> = {}): Wwid[] => [
  ...mayClaim(facts, policy(more)).claimed.keys(),
];
const reason = (facts: readonly PathFacts[], more: Partial<ClaimPolicy> = {}): (string | undefined)[] =>
  mayClaim(facts, policy(more)).declined.map((each) => each.reason);

describe('mayClaim', () => {
  const one = [path(A)];
  const two = [path(A), path(A)];

  it('by default takes what has two paths or was known before', () => {
    expect(claimed([...two, path(B)])).to.deep.equal([A]);
    expect(reason([...two, path(B)])).to.deep.equal(['single-path']);
    expect(claimed(one, { known: new Set([A]) })).to.deep.equal([A]);
  });

  it('with "all" takes what has one path', () => expect(claimed(one, { mode: 'all' })).to.deep.equal([A]));

  it('with "listed" takes only what is known or included', () => {
    expect(reason(two, { mode: 'listed' })).to.deep.equal(['not-listed']);
    expect(claimed(one, { mode: 'listed', known: new Set([A]) })).to.deep.equal([A]);
    expect(claimed(one, { mode: 'listed', include: [{ wwid: '3a*' }] })).to.deep.equal([A]);
  });

  it('leaves alone what a rule excludes, by any field, all of those given', () => {
    const facts = [path(A, { node: 'sda' }), path(A, { node: 'sdb' })];
    for (const rule of [{ wwid: '3aaa' }, { vendor: 'NEC', product: 'DISK*' }, { devnode: 'sd?' }]) {
      expect(reason(facts, { exclude: [rule] }), JSON.stringify(rule)).to.deep.equal(['excluded']);
    }
    for (const rule of [{ wwid: '3aa' }, { vendor: 'NEC', product: 'TAPE' }, { devnode: 'sdb1' }, {}]) {
      expect(claimed(facts, { exclude: [rule] }), JSON.stringify(rule)).to.deep.equal([A]);
    }
  });

  it('uses the paths that are left when a rule excludes one', () => {
    const facts = [path(A, { node: 'sda' }), path(A, { node: 'sdb' }), path(A, { node: 'sdc' })];
    const { claimed } = mayClaim(facts, policy({ exclude: [{ devnode: 'sda' }] }));
    expect(claimed.get(A)?.map(({ node }) => node)).to.deep.equal(['sdb', 'sdc']);
  });

  it('lets an include rule win over an exclude rule', () => {
    expect(claimed(two, { exclude: [{ wwid: '*' }], include: [{ vendor: 'NEC' }] })).to.deep.equal([A]);
  });

  const mounted = { obstacle: { reason: 'mounted', by: '/boot' } } as const;

  it('leaves the whole unit alone when one of its paths is in use, known or not', () => {
    const facts = [path(A, { node: 'sda', ...mounted }), path(A), path(A)];
    const { declined } = mayClaim(facts, policy({ known: new Set([A]) }));
    expect(declined[0]).to.deep.include({ reason: 'in-use', detail: '"sda" is mounted: "/boot"' });
    expect(declined[0]?.paths).to.have.length(3);
  });

  it('keeps a unit that has its map, without the path that is in use', () => {
    const facts = [path(A, mounted), path(A, { holders: ['dm-0'] }), path(A, { holders: ['dm-0'] })];
    expect(mayClaim(facts, policy()).claimed.get(A)).to.deep.equal(facts.slice(1));
  });

  it('leaves a path in use out of it however many rules include it', () => {
    expect(reason([path(A, mounted), path(A)], { include: [{ wwid: '*' }], mode: 'all' })).to.deep.equal(['in-use']);
  });

  it('puts every unit on one side, and never a path in use on the first', () => {
    const fact = fc.record({
      wwid: fc.constantFrom(A, B),
      obstacle: fc.option(fc.constant(mounted.obstacle)),
      holders: fc.constantFrom([], ['dm-0']),
      node: fc.constantFrom('sda', 'sdb'),
    });
    const modes = fc.constantFrom('multiple', 'all', 'listed');
    const rules = fc.subarray([{ devnode: 'sda' }, { wwid: '3a*' }, { vendor: 'X' }]);
    fc.assert(
      fc.property(fc.array(fact), modes, rules, rules, (specs, mode, exclude, include) => {
        const facts = specs.map(({ wwid, ...more }) => path(wwid, more));
        const decision = mayClaim(facts, policy({ mode, exclude, include }));
        const sides = [...decision.claimed.keys(), ...decision.declined.map((each) => each.wwid)];
        expect(sides.sort()).to.deep.equal([...new Set(facts.map((each) => each.wwid))].sort());
        const used = [...decision.claimed.values()].flat();
        expect(used.every((each) => each.obstacle === null)).to.equal(true);
        expect([...decision.claimed.values()].every((each) => each.length > 0)).to.equal(true);
      }),
    );
  });
});

describe('leftOut', () => {
  const left = (facts: readonly PathFacts[], more: Partial<ClaimPolicy> = {}): string[] =>
    leftOut(facts, mayClaim(facts, policy(more))).map(
      ({ facts: { node }, reason: why, detail }) => `${node} ${why}: ${detail}`,
    );

  it('is nothing where every disk is a path', () => expect(left([path(A), path(A)])).to.deep.equal([]));

  it('is every disk of a unit that is left alone, by the reason of the unit', () => {
    const facts = [path(A, { node: 'sda' }), path(A, { node: 'sdb', obstacle: { reason: 'mounted', by: '/mnt' } })];
    expect(left(facts)).to.deep.equal(['sda in-use: "sdb" is mounted: "/mnt"', 'sdb in-use: "sdb" is mounted: "/mnt"']);
  });

  it('is a single disk of a unit that is ours, by its own reason', () => {
    const facts = [
      path(A, { node: 'sda', holders: ['dm-0'] }),
      path(A, { node: 'sdb', obstacle: { reason: 'swap', by: '/dev/sdb' } }),
      path(A, { node: 'sdc' }),
    ];
    expect(left(facts, { known: new Set([A]), exclude: [{ devnode: 'sdc' }] })).to.deep.equal([
      'sdb in-use: "sdb" is swap: "/dev/sdb"',
      'sdc excluded: a rule of the configuration excludes it',
    ]);
  });
});

describe('globMatches', () => {
  it('is what a regular expression of the same meaning says', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 8 }), (pattern, text) => {
        const escaped = pattern.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*');
        expect(globMatches(pattern, text)).to.equal(new RegExp(`^${escaped}$`).test(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('does not grow without bound on a pattern made for that', () => {
    expect(globMatches(`${'*a'.repeat(40)}b`, 'a'.repeat(400))).to.equal(false);
  });
});
