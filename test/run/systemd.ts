// `npm run lab:systemd -- [stories]`: the tests under systemd alone, all or those named.
import { join } from 'node:path';
import { projectRoot } from '../support/paths.js';
import { report } from './report.js';
import { runSystemdTests } from './systemd-tests.js';

const packages = process.env['PATHMANAGER_PACKAGE'] ?? join(projectRoot, '.build/package');
report(await runSystemdTests({ packages, stories: process.argv.slice(2) }));
