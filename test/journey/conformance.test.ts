import { describe, expect, test } from 'vitest';
import { TRUE_SYSTEM } from '../../local/soak/world.ts';
import { SCENARIOS } from './conformance/scenarios.ts';
import type { ScenarioName } from './conformance/scenarios.ts';
import { VARIANTS } from './conformance/variants.ts';
import type { VariantName } from './conformance/variants.ts';

/** The broken system that each scenario has to catch. */
const CAUGHT: readonly (readonly [ScenarioName, VariantName])[] = [
  ['valid', 'answers 202 and forgets to send'],
  ['sequential duplicate', 'has a ledger that always says yes'],
  ['concurrent duplicates', 'has a ledger that always says yes'],
  ['order reversal', 'lets each event run for itself'],
  ['timeout then retry', 'repeats a POST at once, whatever came of it'],
  ['timeout then retry', 'swallows the failures of the batch'],
  ['connection failure', 'swallows the failures of the batch'],
  ['connection failure', 'repeats a POST at once, whatever came of it'],
  ['missing signature', 'takes whatever is signed as it likes'],
  ['malformed signature', 'takes whatever is signed as it likes'],
  ['wrong-key signature', 'takes whatever is signed as it likes'],
  ['stale', 'believes the time that the sender gives'],
  ['altered after signing', 'takes whatever is signed as it likes'],
  ['malformed body', 'answers 202 to what it cannot read'],
  ['receiver restart', 'answers 202 before it sends'],
  ['crash in the middle', 'adds without a look at who is there'],
  ['partial processing', 'swallows the failures of the batch'],
  ['redaction canary', 'logs what it reads'],
];

const isScenario = (name: string): name is ScenarioName => name in SCENARIOS;
const NAMES = Object.keys(SCENARIOS).filter(isScenario);

test.each(NAMES)('%s', async (name) => {
  expect(await SCENARIOS[name](TRUE_SYSTEM)).toEqual([]);
});

test.each(CAUGHT)('%s: catches a system that %s', async (scenario, variant) => {
  expect(await SCENARIOS[scenario](VARIANTS[variant])).not.toEqual([]);
});

describe('the suite', () => {
  test('has sixteen scenarios, each of which catches something', () => {
    expect(NAMES).toHaveLength(16);
    expect(new Set(CAUGHT.map(([scenario]) => scenario))).toEqual(new Set(NAMES));
  });

  test('uses every broken system', () => {
    expect(new Set(CAUGHT.map(([, variant]) => variant))).toEqual(new Set(Object.keys(VARIANTS)));
  });
});
