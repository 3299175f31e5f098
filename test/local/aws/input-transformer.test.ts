import { expect, test } from 'vitest';
import { compileInput } from '../../../local/aws/input-transformer.ts';

const ENVELOPE = {
  id: 'e-1',
  'detail-type': 'Employee "Hired"',
  resources: ['a'],
  detail: { employee: { name: 'Zoë <b>', grade: 7 } },
};

test('puts JSON in place of each placeholder', () => {
  const transform = compileInput({
    InputPathsMap: {
      type: '$.detail-type',
      name: '$.detail.employee.name',
      resources: '$.resources',
      missing: '$.detail.team.name',
      all: '$',
    },
    InputTemplate:
      '{"onqueueSource":"hr-bus","type":<type>,"name":<name>,"resources":<resources>,"none":<missing>,"all":<all>}',
  });
  expect(transform(ENVELOPE)).toEqual({
    onqueueSource: 'hr-bus',
    type: 'Employee "Hired"',
    name: 'Zoë <b>',
    resources: ['a'],
    none: null,
    all: ENVELOPE,
  });
});

test.each([
  [{ InputPathsMap: {}, InputTemplate: '{"a":<b>}' }, '<b> has no input path'],
  [{ InputPathsMap: { b: '$.a[0]' }, InputTemplate: '{"a":<b>}' }, '$.a[0] is no path of names'],
  [{ InputPathsMap: { b: '$.a' }, InputTemplate: '{"a":<b>' }, 'is not JSON'],
])('is refused at the start: %j', (transformer, message) => {
  expect(() => compileInput(transformer)).toThrow(message);
});
