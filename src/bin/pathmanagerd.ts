#!/usr/bin/env node
import { join } from 'node:path';
import { runController } from '../services/daemon/run-controller.js';
import { daemonMain } from '../services/main.js';

void daemonMain('pathmanagerd', 'controls the paths of the logical units', (args) =>
  runController(args, {
    mapChanger: join(import.meta.dirname, 'map-changer.js'),
    storageScanner: join(import.meta.dirname, 'storage-scanner.js'),
  }),
);
