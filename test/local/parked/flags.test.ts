import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../local/flags.ts';
import { readCommand } from '../../../local/parked/flags.ts';

const URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/Parked.fifo';
const MAIN = 'https://sqs.eu-west-1.amazonaws.com/123456789012/Main.fifo';
const ID = '6f1c2b3a-0000-4000-8000-00000000000a';
const LOCAL = { local: 'http://localhost:8787' };
const read = (line: string) => readCommand(line.split(' ').filter(Boolean));

describe('understood', () => {
  test.each([
    ['list --local', { name: 'list', json: false }, LOCAL],
    ['list --json --local', { name: 'list', json: true }, LOCAL],
    ['list --local --json', { name: 'list', json: true }, LOCAL],
    ['list --local http://127.0.0.1:9000', { name: 'list', json: false }, { local: 'http://127.0.0.1:9000' }],
    ['list --local=http://[::1]:9000/', { name: 'list', json: false }, { local: 'http://[::1]:9000' }],
    [`list --queue-url ${URL}`, { name: 'list', json: false }, { queueUrl: URL }],
    [`show ${ID} --queue-url ${URL}`, { name: 'show', id: ID, json: false }, { queueUrl: URL }],
    ['show --json --local 6F1C2B3A', { name: 'show', id: '6f1c2b3a', json: true }, LOCAL],
    ['redrive 6f1c2b3a --local', { name: 'redrive', id: '6f1c2b3a', to: undefined }, LOCAL],
    ['redrive --all --local', { name: 'redrive', id: undefined, to: undefined }, LOCAL],
    [
      `redrive --all --queue-url ${URL} --to ${MAIN}`,
      { name: 'redrive', id: undefined, to: MAIN },
      { queueUrl: URL },
    ],
    [
      'list --queue-url http://127.0.0.1:1/000000000000/p.fifo',
      { name: 'list', json: false },
      { queueUrl: 'http://127.0.0.1:1/000000000000/p.fifo' },
    ],
  ])('%s', (line, command, place) => {
    expect(read(line)).toEqual({ command, place });
  });

  test('a reason of several words', () => {
    expect(readCommand(['drop', '6f1c2b3a', '--why', ' has left ', '--local'])).toEqual({
      command: { name: 'drop', id: '6f1c2b3a', why: 'has left' },
      place: LOCAL,
    });
  });
});

describe('refused', () => {
  test.each([
    ['', 'Commands:'],
    ['purge --local', '"purge" is no command'],
    ['list', 'where? --queue-url URL or --local is wanted'],
    [`list --local --queue-url ${URL}`, 'one or the other, not both'],
    ['list extra --local', '"extra" is too much'],
    ['list --all --local', "Unknown option '--all'"],
    ['list --local http://10.0.0.1:8787', '"http://10.0.0.1:8787" is no origin on this machine'],
    ['list --queue-url Parked', '"Parked" is no queue\'s URL: https://sqs.REGION.amazonaws.com'],
    ['list --queue-url http://sqs.eu-west-1.amazonaws.com/1/a.fifo', "is no queue's URL"],
    [
      'list --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/Lost',
      'is no FIFO queue, whose names end in .fifo',
    ],
    ['show --local', 'an ID is missing'],
    [
      'show 6f1c2b3 --local',
      '"6f1c2b3" is no ID: what list shows is wanted, at least its first 8 characters',
    ],
    ['show e-2026-11-23 --local', 'is no ID'],
    [`show ${ID}0 --local`, 'is no ID'],
    ['show 6f1c2b3a 6f1c2b3b --local', '"6f1c2b3b" is too much'],
    ['redrive --local', 'an ID is missing'],
    ['redrive 6f1c2b3a --all --local', '"6f1c2b3a" is too much'],
    [`redrive --all --queue-url ${URL} --to ${URL}`, '--to: is the dead-letter queue itself'],
    [`redrive --all --local --to ${MAIN}`, '--to: goes with a --queue-url of the same region'],
    [
      `redrive --all --queue-url ${URL} --to https://sqs.us-east-1.amazonaws.com/123456789012/Main.fifo`,
      '--to: goes with a --queue-url of the same region',
    ],
    ['drop 6f1c2b3a --local', '--why TEXT says why'],
    ['drop 6f1c2b3a --why= --local', '--why TEXT says why'],
    ['drop --all --why because --local', "Unknown option '--all'"],
  ])('%s: %s', (line, message) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(message);
  });
});
