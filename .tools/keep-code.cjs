'use strict';
/**
 * Runs a bundled program to its end and keeps the code that V8 compiled for it: `node keep-code.cjs <bundle> <arguments>`. V8
 * compiles a function when it is first called, so what the run calls is what is kept.
 */
const { writeFileSync } = require('node:fs');
const { startBundle } = require('./start-bundle.cjs');

const [, , bundle, ...args] = process.argv;
process.argv = [process.execPath, bundle, ...args];
const script = startBundle(bundle, { ffi: false });
process.on('exit', () => writeFileSync(`${bundle}.cache`, script.createCachedData()));
