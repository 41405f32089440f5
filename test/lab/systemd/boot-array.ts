// Run before systemd starts: builds the array whose specification, as JSON, is the argument.
import { type ArraySpec, LabArray } from '../inside/array.js';

await LabArray.create(JSON.parse(process.argv[2] ?? '') as ArraySpec);
