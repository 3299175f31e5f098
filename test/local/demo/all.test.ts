import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../../../infra/configuration.ts';
import { credentialsOf } from '../../../local/credentials.ts';
import { EVERY_SENDER, gapsIn } from '../../../local/demo/all.ts';
import { asks, joins } from '../../../local/demo/all/steps.ts';
import { runDemo } from '../../../local/demo/run.ts';

const CONFIGURATION = join(import.meta.dirname, '../../../local/demo/all.yaml');

const run = async (
  configurationFile: string,
  tale = EVERY_SENDER,
): Promise<{ isRight: boolean; printed: string }> => {
  const given = { netsapiens: undefined, keysFile: undefined, token: undefined };
  const { keys, token } = credentialsOf(given, loadConfiguration(configurationFile));
  const printed: string[] = [];
  const isRight = await runDemo({
    tale,
    configurationFile,
    bundled: false,
    port: 0,
    keys,
    token,
    print: (text) => printed.push(text),
  });
  return { isRight, printed: printed.join('\n') };
};

const changed = async (from: string | RegExp, to: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'onqueue-demo-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const configurationFile = join(folder, 'onqueue.yaml');
  const text = await readFile(CONFIGURATION, 'utf8');
  expect(text).toMatch(from);
  await writeFile(configurationFile, text.replace(from, to));
  return configurationFile;
};

it('every sender comes out as its rule says', async () => {
  const { isRight, printed } = await run(CONFIGURATION);
  expect(printed).toContain('All as expected.');
  expect(isRight).toBe(true);
  expect(printed).toContain('41 outcomes: 40 added, 1 parked.');
  expect(printed.split('\n').filter((line) => line.length > 110)).toEqual([]);
});

it('fails where a sender signs otherwise than its source says', async () => {
  const { isRight, printed } = await run(await changed('kind: rule', 'kind: application'));
  expect(isRight).toBe(false);
  expect(printed).toContain('Front, rule: tagged\n    the sender was answered 401, expected was 202\n');
});

it('fails where a sender has no step, although all else is right', async () => {
  const steps = EVERY_SENDER.steps.filter(({ title }) => title !== 'Linear: done');
  const { isRight, printed } = await run(CONFIGURATION, { ...EVERY_SENDER, steps });
  expect(isRight).toBe(false);
  expect(printed).toContain('40 outcomes: 39 added, 1 parked.');
  expect(printed).toContain(
    'NOT as expected:\n\nno step sends what linear sends\nthe source linear must have one step with outcomes\n\n',
  );
});

describe('no sender is forgotten', () => {
  const about = { sign: () => ({ headers: {}, body: '' }), type: 't', rule: 'r', queue: '3000' };
  const joining = (to: string) => joins({ ...about, title: to, to, extension: '1001' });
  const sources = { hr: { type: 'okta' }, desk: { type: 'zendesk' } };

  it.each<[string, Parameters<typeof gapsIn>, string[]]>([
    ['all told', [['okta', 'zendesk'], sources, [joining('hr'), joining('desk')]], []],
    [
      'a type without a step',
      [['okta', 'zendesk', 'newcomer'], sources, [joining('hr'), joining('desk')]],
      ['no step sends what newcomer sends'],
    ],
    [
      'a type that only asks',
      [
        ['okta', 'zendesk'],
        sources,
        [joining('hr'), asks('?', 'desk', { unsigned: { headers: {}, body: '' } }, { body: '' })],
      ],
      ['no step sends what zendesk sends', 'the source desk must have one step with outcomes'],
    ],
    [
      'two steps of one source',
      [['okta', 'zendesk'], sources, [joining('hr'), joining('hr'), joining('desk')]],
      ['the source hr must have one step with outcomes'],
    ],
    [
      'a step of no source',
      [['okta', 'eventbridge'], { hr: { type: 'okta' } }, [joining('hr'), joining('bus')]],
      ['no step sends what eventbridge sends'],
    ],
  ])('%s', (_, [types, given, steps], gaps) => {
    expect(gapsIn(types, given, steps)).toEqual(gaps);
  });
});
