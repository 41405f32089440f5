#!/usr/bin/env node
import { runLogger } from '../services/logger/run-logger.js';
import { daemonMain } from '../services/main.js';

void daemonMain('ispmlogger', 'keeps the event log and copies important events to the journal', runLogger, {
  logDir: true,
});
