/** The helper process of pathmanagerd that has the kernel look at storage again: see src/controller/storage-scan.ts. */
import { writeScans } from '../controller/storage-scan.js';

void writeScans(process.argv.slice(2)).then(() => process.exit(0));
