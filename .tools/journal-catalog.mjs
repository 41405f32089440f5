/** Writes systemd/pathmanager.catalog from the event catalogue. A test says when it must be run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const { outputFiles } = await build({
  entryPoints: [join(root, 'src/services/logger/journal-catalog.ts')],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { journalCatalog } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
mkdirSync(join(root, 'systemd'), { recursive: true });
writeFileSync(join(root, 'systemd/pathmanager.catalog'), journalCatalog());
