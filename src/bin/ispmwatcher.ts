#!/usr/bin/env node
import { daemonMain } from '../services/main.js';
import { runWatcher } from '../services/watcher/run-watcher.js';

void daemonMain('ispmwatcher', 'checks the paths by SCSI commands and reports to pathmanagerd', runWatcher);
