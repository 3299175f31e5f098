import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { referred, resolve, resourcesOf } from '../../local/template.ts';

const KNOWN = { Queue: { Ref: 'http://127.0.0.1:1/q', Arn: 'arn:q' } };

describe('a value of the template', () => {
  test.each<[unknown, string]>([
    ['text', 'text'],
    [{ Ref: 'Queue' }, 'http://127.0.0.1:1/q'],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:q'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [
      { 'Fn::Join': ['/', ['a', { Ref: 'AWS::AccountId' }, { 'Fn::GetAtt': ['Queue', 'Arn'] }]] },
      'a/000000000000/arn:q',
    ],
  ])('%j is %s', (value, text) => {
    expect(resolve(value, KNOWN, 'X of f')).toBe(text);
  });

  test.each<[unknown, string]>([
    [{ Ref: 'Topic' }, 'X of f: {"Ref":"Topic"} has no stand-in on one machine'],
    [
      { 'Fn::GetAtt': ['Queue', 'QueueName'] },
      'X of f: {"Fn::GetAtt":["Queue","QueueName"]} has no stand-in',
    ],
    [{ 'Fn::Sub': '${Queue}' }, 'X of f: {"Fn::Sub":"${Queue}"} has no stand-in'],
    [{ 'Fn::Join': ['', ['a', { Ref: 'Topic' }]] }, 'X of f: {"Ref":"Topic"} has no stand-in'],
    [7, 'X of f: 7 has no stand-in'],
  ])('%j cannot be resolved', (value, message) => {
    expect(() => resolve(value, KNOWN, 'X of f')).toThrow(message);
  });
});

test.each<[unknown, string | undefined]>([
  [{ Ref: 'Queue' }, 'Queue'],
  [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue'],
  ['Queue', undefined],
  [undefined, undefined],
])('%j refers to %s', (value, id) => {
  expect(referred(value)).toBe(id);
});

test('a resource that is not as expected is named', () => {
  const template = { MyQueue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: 'yes' } } };
  const schema = z.object({ FifoQueue: z.boolean() });
  expect(() => resourcesOf(template, 'AWS::SQS::Queue', schema)).toThrow(/^MyQueue \(AWS::SQS::Queue\): /);
  expect(resourcesOf(template, 'AWS::SNS::Topic', schema)).toEqual([]);
});
