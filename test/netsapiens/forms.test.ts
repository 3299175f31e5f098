import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { otherForms } from '../../lambda/netsapiens/forms.ts';

/** The agents of a queue, as a reading of them has them: in lower case. */
const onQueue = (...ids: string[]) => ({ kind: 'agents', ids: new Set(ids) }) as const;

describe('the other forms of an agent on the queue', () => {
  test.each<[string, string, string[], string[]]>([
    ['the device of a user', '1000@acme.example', ['sip:1000wp@acme.example'], ['sip:1000wp@acme.example']],
    ['the user of a device', 'sip:1000wp@acme.example', ['1000@acme.example'], ['1000@acme.example']],
    ['a device without letters', '1000@acme.example', ['sip:1000@acme.example'], ['sip:1000@acme.example']],
    [
      'several devices',
      '1000@acme.example',
      ['sip:1000@acme.example', '1001@acme.example', 'sip:1000m@acme.example'],
      ['sip:1000@acme.example', 'sip:1000m@acme.example'],
    ],
    ['an agent id in upper case', 'SIP:1000WP@ACME.example', ['1000@acme.example'], ['1000@acme.example']],
    [
      'leading zeros',
      '0100@acme.example',
      ['sip:0100a@acme.example', 'sip:100a@acme.example'],
      ['sip:0100a@acme.example'],
    ],
    ['nobody else', '1000@acme.example', ['1001@acme.example', 'sip:1001@acme.example'], []],
    ['itself', '1000@acme.example', ['1000@acme.example'], []],
    ['another device of the user: no other form', 'sip:1000a@acme.example', ['sip:1000b@acme.example'], []],
    ['a longer extension', '100@acme.example', ['sip:1000@acme.example', 'sip:1000a@acme.example'], []],
    ['a shorter extension', '1000@acme.example', ['sip:100@acme.example'], []],
    ['another domain', '1000@acme.example', ['sip:1000@other.example', 'sip:1000@acme.example.org'], []],
    [
      'a name with letters: nobody knows what its device is called',
      'jane@acme.example',
      ['sip:jane@acme.example'],
      [],
    ],
    ['digits behind letters', '1000@acme.example', ['sip:a1000@acme.example', 'sip:1000a1@acme.example'], []],
    ['an agent that is none', '1000', ['sip:1000@acme.example', '1000', ''], []],
    ['an empty queue', '1000@acme.example', [], []],
  ])('%s', (_, agent, ids, others) => expect(otherForms(onQueue(...ids), agent)).toEqual(others));

  test('none where the agents could not be read', () => {
    expect(otherForms({ kind: 'none' }, '1000@acme.example')).toEqual([]);
  });

  test('whoever is the other form of another has that one as other form', () => {
    const id = fc
      .tuple(fc.boolean(), fc.constantFrom('1', '10', '100'), fc.constantFrom('', 'a', 'wp', '0', '.'))
      .map(([sip, user, rest]) => `${sip ? 'sip:' : ''}${user}${rest}@acme.example`);
    fc.assert(
      fc.property(id, id, (one, other) => {
        const there = otherForms(onQueue(other), one).length === 1;
        expect(otherForms(onQueue(one), other).length === 1).toBe(there);
        if (there) expect(one.startsWith('sip:')).not.toBe(other.startsWith('sip:'));
      }),
    );
  });
});
