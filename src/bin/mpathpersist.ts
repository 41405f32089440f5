#!/usr/bin/env node
import { runMpathPersist } from '../cli/mpathpersist/run.js';

// No exit here: what was written must be taken by its reader first.
void runMpathPersist(process.argv.slice(2)).then((status) => (process.exitCode = status));
