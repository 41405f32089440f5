/** The helper process of pathmanagerd for writes to sysfs that wait for storage: see storage-scan.ts and disk-removal.ts in src/controller. */
import { DELETE, deleteDisk, type DoomedDisk } from '../controller/disk-removal.js';
import { writeScans } from '../controller/storage-scan.js';

const [first, ...rest] = process.argv.slice(2);
const end = (): void => process.exit(0);
// A daemon that has died meanwhile hears no answer.
if (first === DELETE) void deleteDisk(doomed(rest[0])).then((reason) => process.send?.(reason, end) ?? end());
else void writeScans(process.argv.slice(2)).then(end);

function doomed(text = ''): DoomedDisk {
  return JSON.parse(text) as DoomedDisk;
}
