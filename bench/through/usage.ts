import { peakMb } from '../peak.ts';

/** What a process has used up to now, and holds. */
export const usage = () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1000,
    peakMb: peakMb(process.pid) ?? maxRSS / 1024,
  };
};
