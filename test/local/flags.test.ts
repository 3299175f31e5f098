import { describe, expect, test } from 'vitest';
import { isLoopback, readFlags, UsageError } from '../../local/flags.ts';

test('without flags: the file of the repository, the simulator, no bundles', () => {
  expect(readFlags([], {})).toEqual({
    configurationFile: 'onqueue.yaml',
    port: undefined,
    netsapiens: undefined,
    keysFile: undefined,
    bundled: false,
    all: false,
    token: undefined,
  });
});

test('with all of them', () => {
  const args = '--config a.yaml --port 0 --netsapiens https://pbx.example.com:8443 --keys k.json --bundled';
  expect(readFlags(args.split(' '), { NETSAPIENS_TOKEN: 'nsd_1' })).toEqual({
    configurationFile: 'a.yaml',
    port: 0,
    netsapiens: 'https://pbx.example.com:8443',
    keysFile: 'k.json',
    bundled: true,
    all: false,
    token: 'nsd_1',
  });
});

test('--all: the file that goes with it, unless another is named', () => {
  expect(readFlags(['--all'], {})).toMatchObject({ all: true, configurationFile: 'local/demo/all.yaml' });
  expect(readFlags(['--all', '--config', 'a.yaml'], {}).configurationFile).toBe('a.yaml');
});

test('an empty token is none', () => {
  expect(readFlags([], { NETSAPIENS_TOKEN: '' }).token).toBe(undefined);
});

describe('--netsapiens takes an origin', () => {
  test.each([
    ['https://pbx.example.com', 'https://pbx.example.com'],
    ['https://pbx.example.com/', 'https://pbx.example.com'],
    ['https://pbx.example.com:443', 'https://pbx.example.com'],
    ['HTTPS://PBX.example.com', 'https://pbx.example.com'],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['http://localhost:9000', 'http://localhost:9000'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
  ])('%s', (given, origin) => {
    expect(readFlags(['--netsapiens', given], {}).netsapiens).toBe(origin);
  });

  test.each([
    ['pbx.example.com', 'is no origin'],
    ['ftp://pbx.example.com', 'is no origin'],
    ['file:///etc/passwd', 'is no origin'],
    ['', 'is no origin'],
    ['http://pbx.example.com', 'in the clear'],
    ['http://127.0.0.1.example.com', 'in the clear'],
    ['http://10.0.0.1', 'in the clear'],
    ['https://pbx.example.com/ns-api/v2', 'has a path; https://pbx.example.com is enough'],
    ['https://pbx.example.com?a=b', 'has a path'],
    ['https://pbx.example.com#a', 'has a path'],
    ['https://user:secret@pbx.example.com', 'has credentials'],
  ])('%s: %s', (given, message) => {
    expect(() => readFlags(['--netsapiens', given], {})).toThrow(message);
  });

  test('and does not repeat credentials', () => {
    expect(() => readFlags(['--netsapiens', 'https://user:geheim@host'], {})).toThrow(
      expect.not.stringContaining('geheim') as Error,
    );
  });
});

test.each(['http', '-1', '65536', '1e3', ''])('--port %s is no port', (port) => {
  expect(() => readFlags([`--port=${port}`], {})).toThrow(UsageError);
});

test.each([['--verbose'], ['extra'], ['--config'], ['--bundled=yes']])('%s: usage', (arg) => {
  expect(() => readFlags([arg], {})).toThrow(/Flags:\n {2}--config FILE/);
});

test.each([
  ['http://127.0.0.1:1', true],
  ['https://localhost', true],
  ['http://[::1]', true],
  ['https://pbx.example.com', false],
  ['https://localhost.example.com', false],
])('%s is loopback: %s', (origin, loopback) => {
  expect(isLoopback(origin)).toBe(loopback);
});
