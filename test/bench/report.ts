// The results as tables: in the terminal, and as markdown for the README.
import type { BenchResults, Listing, Side, SideResult, SizeResult } from './results.js';
import { nothing, seconds, sideNames, withSpread } from './samples.js';
import { markdownText, terminalText, type Sheet } from './sheet.js';
import { median } from './statistics.js';

export function terminal(results: BenchResults): string {
  return terminalText(sheets(results));
}

export function markdown(results: BenchResults): string {
  return markdownText(sheets(results));
}

function sheets({ sizes, hostLoad, hostCpus }: BenchResults): Sheet[] {
  const machine = `machine with ${hostCpus} CPUs, load average ${hostLoad.map((load) => load.toFixed(1)).join(' to ')}`;
  const results = [...sizes].sort((left, right) => left.units - right.units);
  const main = results.find(({ sides }) => Object.values(sides).some((side) => side.cpu.length > 0));
  return [...(main === undefined ? [] : [comparison(main, machine)]), ...(results.length > 0 ? [growth(results)] : [])];
}

function comparison(result: SizeResult, machine: string): Sheet {
  const { peer, ours } = result.sides;
  const both = (name: string, of: (side: SideResult) => string): string[] => [
    name,
    peer === undefined ? nothing : of(peer),
    ours === undefined ? nothing : of(ours),
  ];
  const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`);
  return {
    title: `${result.units} logical units x ${result.pathsPerUnit} paths (${[...versions, machine].join(', ')})`,
    head: ['', sideNames.peer, sideNames.ours],
    rows: [
      both('start to all maps', ({ startMs }) => seconds(startMs)),
      both('and udev done with them', ({ settledMs }) => seconds(settledMs)),
      both('CPU time of the daemons to all maps', ({ startCpuMs }) => seconds(startCpuMs)),
      both('CPU in quiet, default checks', (side) => percent(side, 'default')),
      both('CPU in quiet, checks every 5 s', (side) => percent(side, '5 s')),
      both('SCSI commands a path and minute then', (side) => commands(side, '5 s')),
      both('memory, PSS', ({ memory }) => megabytes(memory?.pssKb)),
      both('memory, RSS', ({ memory }) => megabytes(memory?.rssKb)),
      ...[...listingNames(result)].map((command) =>
        both(`\`${command}\``, ({ listings }) => {
          const listing = listings.find((one) => one.command === command);
          return listing === undefined ? '' : listingText(listing);
        }),
      ),
    ],
  };
}

function listingNames({ sides }: SizeResult): Set<string> {
  return new Set(Object.values(sides).flatMap(({ listings }) => listings.map(({ command }) => command)));
}

function growth(results: readonly SizeResult[]): Sheet {
  const row = (name: string, of: (result: SizeResult) => string): string[] => [name, ...results.map(of)];
  const each = (name: string, of: (side: SideResult) => string): string[][] =>
    (Object.keys(sideNames) as Side[])
      .filter((side) => results.some(({ sides }) => sides[side] !== undefined))
      .map((side) =>
        row(`${name}, ${sideNames[side]}`, ({ sides }) => {
          const found = sides[side];
          return found === undefined ? nothing : of(found);
        }),
      );
  return {
    title: 'Growth',
    head: ['', ...results.map(({ units, pathsPerUnit }) => `${units} x ${pathsPerUnit}`)],
    rows: [
      ...each('start to all maps', ({ startMs }) => seconds(startMs)),
      ...each('memory, PSS', ({ memory }) => megabytes(memory?.pssKb)),
      row('`multipathd show maps json`', ({ sides }) => oneListing(sides.peer, 'multipathd show maps json')),
      row('`spscmd getlun`', ({ sides }) => oneListing(sides.ours, 'spscmd getlun')),
      row('`node -e 0`', ({ sides }) => oneListing(sides.ours ?? sides.peer, 'node -e 0')),
    ],
  };
}

function oneListing(side: SideResult | undefined, command: string): string {
  const listing = side?.listings.find((one) => one.command === command);
  return listing === undefined ? nothing : milliseconds(listing.ms);
}

function listingText({ ms }: Listing): string {
  return median(ms.values) >= 1000 ? seconds(ms) : milliseconds(ms);
}

function percent(side: SideResult, intervals: string): string {
  const use = side.cpu.find(({ checkIntervals }) => checkIntervals === intervals);
  return use === undefined ? nothing : withSpread(use.percent, (value) => value.toFixed(2), '%');
}

function commands(side: SideResult, intervals: string): string {
  const use = side.cpu.find(({ checkIntervals }) => checkIntervals === intervals);
  return use === undefined ? nothing : use.commandsPerPathMinute.toFixed(1);
}

function milliseconds(samples: Listing['ms']): string {
  return withSpread(samples, (value) => value.toFixed(0), 'ms');
}

function megabytes(kb: number | undefined): string {
  return kb === undefined ? nothing : `${(kb / 1024).toFixed(1)} MB`;
}
