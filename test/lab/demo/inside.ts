// The show itself, run in the lab: sets the stage, plays the steps, prints the table; exit status 0 if all of it held.
import { logTails } from '../inside/log-tails.js';
import { lastLines } from './log-lines.js';
import { makePaint } from './paint.js';
import { time } from './quantities.js';
import { Show } from './show.js';
import { Stage } from './stage.js';
import { cablePlugged, cablePulled } from './steps/cable.js';
import { inputOutput } from './steps/input-output.js';
import { lastReading } from './steps/last-reading.js';
import { listing } from './steps/listing.js';
import { prioritySwap } from './steps/priority-swap.js';
import { roundRobin } from './steps/round-robin.js';
import { takeover } from './steps/takeover.js';

interface Step {
  /** For the table. */
  readonly name: string;
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
}

const steps: readonly Step[] = [
  { name: 'Listing', title: 'Three disks of the array, four paths to each', play: listing },
  { name: 'I/O', title: 'I/O runs on all three, checked byte by byte', play: inputOutput },
  { name: 'Failover', title: 'A cable is pulled', play: cablePulled },
  { name: 'Failback', title: 'The cable is plugged in again', play: cablePlugged },
  { name: 'Swap', title: 'Two paths exchange their priorities', play: prioritySwap },
  { name: 'Round robin', title: 'One logical unit spreads its I/O over its paths in turn', play: roundRobin },
  { name: 'Takeover', title: 'The daemon is killed and started again', play: takeover },
  { name: 'Re-read', title: 'All that was written is read once more', play: lastReading },
];

const logLines = 15;

const began = performance.now();
const show = new Show(makePaint(process.env['PATHMANAGER_DEMO_COLOR'] === '1'));
await play();
const length = time(performance.now() - began);
if (!show.good) for (const [name, text] of logTails()) show.log(name, lastLines(text, logLines));
show.summary(show.good ? `Everything held, in ${length}.` : `Not everything held, after ${length}.`);
process.exit(show.good ? 0 : 1);

/** A step that does not come to its end leaves nothing for the next to build on. */
async function play(): Promise<void> {
  let stage: Stage | undefined;
  try {
    stage = await Stage.setUp(show);
    for (const step of steps) {
      show.headline(step.name, step.title);
      await step.play(stage);
    }
  } catch (error) {
    show.broken(error instanceof Error ? error.message : String(error));
  } finally {
    await stage?.end();
  }
}
