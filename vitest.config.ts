import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Many tests wait for processes and sockets of their own, so more run than there are cores on a small machine.
    maxWorkers: 3,
    // No module keeps anything that another file's tests could mind; a third of the time goes into loading them anew.
    isolate: false,
    // Real servers and child processes start in some of them, on whatever machine; a hang must still end.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
