// Whether a service has a process that waits for I/O and cannot be ended.
import { read } from './machine.js';

/** True while a process of the service is in uninterruptible sleep ("D" in its status). */
export function ioWaits(service: string): boolean {
  const processes = read(`/sys/fs/cgroup/system.slice/${service}/cgroup.procs`).trim().split('\n');
  return processes.some((pid) => /^State:\s+D/m.test(read(`/proc/${pid}/status`)));
}
