import { readFileSync } from 'node:fs';

/**
 * The most memory that a process has held (MB, resident), where the system tells (Linux). Not by `getrusage`, whose
 * figure a process begins with what its parent held.
 */
export const peakMb = (pid: number): number | undefined => {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
};
