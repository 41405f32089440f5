'use strict';
/**
 * Starts a bundled program with V8's compiled code of it, which spares a second of compiling where processors are slow. V8
 * itself refuses a cache that another release or another source made, and then compiles as usual.
 */
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');

/**
 * `filename` is the bundle, `<filename>.cache` its code. Gives the script, for who makes that cache.
 *
 * The FFI library goes first where the program uses it: it makes V8 collect garbage a dozen times, as it books 1 GiB for
 * each of its pointers, and that is quick only while there is nothing yet to look through.
 */
exports.startBundle = (filename, { ffi }) => {
  if (ffi) createRequire(filename)('ffi-napi/lib/bindings');
  const cachedData = read(`${filename}.cache`);
  // One byte a character, as the bundle is ASCII: half the memory of what a UTF-8 reader would make of it.
  const source = readFileSync(filename, 'latin1');
  const script = new Script(source, { filename, ...(cachedData && { cachedData }) });
  const module = { exports: {} };
  script.runInThisContext()(createRequire(filename), module, module.exports, filename, dirname(filename));
  return script;
};

function read(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
