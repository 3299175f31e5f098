import { expect, test } from 'vitest';
import { readFlags } from '../../../local/doctor/flags.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Token-AbCdEf';

test.each([
  [[], { configurationFile: 'onqueue.yaml', netsapiens: undefined, secretId: undefined }],
  [
    ['--config', 'a.yaml', '--netsapiens', 'http://127.0.0.1:9000/', '--secret-id', ARN],
    { configurationFile: 'a.yaml', netsapiens: 'http://127.0.0.1:9000', secretId: ARN },
  ],
])('%j', (args, flags) => {
  expect(readFlags(args)).toEqual(flags);
});

test.each([
  [['--token', 'nsd_1'], /^Unknown option '--token'.*\n\nnpm run doctor/],
  [['extra'], /^Unexpected argument 'extra'.*\n\nnpm run doctor/],
  [['--secret-id='], /^--secret-id: is empty\n\nnpm run doctor/],
  [['--netsapiens', 'http://pbx.example.com'], /would send the token in the clear/],
])('%j: usage', (args, message) => {
  expect(() => readFlags(args)).toThrow(message);
});
