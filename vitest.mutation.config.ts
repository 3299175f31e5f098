import { defineConfig } from 'vitest/config';

/** The tests of the pure part, of the ledger, and of deliver among real parts: what `npm run mutate` judges. */
export default defineConfig({
  test: {
    include: [
      'test/netsapiens/answer.test.ts',
      'test/backoff.test.ts',
      'test/rules/*.test.ts',
      'test/aws/ledger.test.ts',
      'test/aws/table.test.ts',
      'test/aws/service.test.ts',
      'test/aws/gathering.test.ts',
      'test/aws/plans.test.ts',
      'test/join.test.ts',
      'test/deliver.test.ts',
      'test/waiting.test.ts',
      'test/journey/doubts.test.ts',
      'test/sources/signature.test.ts',
    ],
    testTimeout: 20_000,
  },
});
