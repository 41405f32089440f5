// `npm run lab:systemd -- [stories]`: the tests under systemd alone, all or those named.
import { report } from './report.js';
import { runSystemdTests } from './systemd-tests.js';

const print = (text: string): void => void process.stdout.write(text);
report(await runSystemdTests({ stories: process.argv.slice(2), print }));
