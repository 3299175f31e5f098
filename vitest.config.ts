import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers and child processes start in some of them; a hang must still end.
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
