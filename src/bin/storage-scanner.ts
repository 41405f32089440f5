/** The helper process of pathmanagerd that has the kernel look at storage again: see src/controller/storage-scan.ts. */
import { writeScans } from '../controller/storage-scan.js';

await writeScans(process.argv.slice(2));
process.exit(0);
