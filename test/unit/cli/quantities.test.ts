import { expect } from 'chai';
import { duration, latency, size } from '../../../src/cli/quantities.js';

describe('duration()', () => {
  for (const [seconds, text] of [
    [-5, '0 s'],
    [0, '0 s'],
    [0.999, '0 s'],
    [59.999, '59 s'],
    [60, '1 min 0 s'],
    [185, '3 min 5 s'],
    [3599, '59 min 59 s'],
    [3600, '1 h 0 min'],
    [7380, '2 h 3 min'],
    [86_399, '23 h 59 min'],
    [86_400, '1 d 0 h'],
    [40_000_000, '462 d 23 h'],
  ] as const) {
    it(`writes ${String(seconds)} seconds as "${text}"`, () => expect(duration(seconds * 1000)).to.equal(text));
  }
});

describe('size()', () => {
  for (const [bytes, text] of [
    [0, '0 bytes'],
    [512, '512 bytes'],
    [1023, '1023 bytes'],
    [1024, '1.0 KiB'],
    [1_610_612_736, '1.5 GiB'],
    [107_374_182_400, '100.0 GiB'],
    [2 ** 60, '1.0 EiB'],
    [2 ** 70, '1024.0 EiB'],
  ] as const) {
    it(`writes ${String(bytes)} bytes as "${text}"`, () => expect(size(bytes)).to.equal(text));
  }
});

describe('latency()', () => {
  for (const [milliseconds, text] of [
    [0.0312, '0.03 ms'],
    [0.824, '0.82 ms'],
    [12.44, '12.4 ms'],
    [1503.2, '1503 ms'],
  ] as const) {
    it(`writes ${String(milliseconds)} as "${text}"`, () => expect(latency(milliseconds)).to.equal(text));
  }
});
