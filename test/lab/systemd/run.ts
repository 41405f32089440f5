// `npm run lab:systemd`: boots a whole systemd in the lab with the Debian package installed, and runs the stories there.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/paths.js';
import { bootUml } from '../uml/boot.js';

const folder = process.argv[2] ?? join(projectRoot, '.build/package');
const deb = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.deb')) : undefined;
if (deb === undefined) throw new Error(`There is no package in "${folder}": run "npm run package"`);
const command = process.argv.slice(3);
const stories = join(import.meta.dirname, 'stories.test.js');
const { status, bootMs, totalMs } = await bootUml({
  command:
    command.length > 0
      ? command
      : [process.execPath, join(projectRoot, 'node_modules/mocha/bin/mocha.js'), '--timeout', '60000', stories],
  results: join(import.meta.dirname, '../../../systemd-results'),
  systemd: { deb: join(folder, deb), scsiDebug: 'vpd_use_hostno=0 add_host=2 max_luns=2 dev_size_mb=8' },
  timeoutMs: 240_000,
  onConsole: (text) => process.stdout.write(text),
});
// The kernel stops by itself when systemd has: a machine that hangs in its shutdown ends as a failure of the lab.
process.stdout.write(
  `systemd lab: job began ${(bootMs / 1000).toFixed(1)} s after the kernel, ${(totalMs / 1000).toFixed(1)} s in all\n`,
);
process.exitCode = status;
