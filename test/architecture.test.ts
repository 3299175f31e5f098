import { cruise } from 'dependency-cruiser';
import type { IForbiddenRuleType, IReporterOutput } from 'dependency-cruiser';
import { expect, test } from 'vitest';

const forbidden: IForbiddenRuleType[] = [
  { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'what runs in AWS needs nothing of the stack, of the embedded run, or of the tests',
    severity: 'error',
    from: { path: '^lambda/' },
    to: { path: '^(infra|local|bench|test)/|aws-cdk-lib|constructs' },
  },
  {
    name: 'the functions carry no YAML parser, and nothing that is only for development',
    severity: 'error',
    from: { path: '^lambda/' },
    to: { dependencyTypes: ['npm-dev'], pathNot: '@types/aws-lambda' },
  },
  {
    name: 'the senders know no telephones, and the rules no senders',
    severity: 'error',
    from: { path: '^lambda/sources/' },
    to: { path: '^lambda/(rules|netsapiens|aws)/' },
  },
  {
    name: 'the telephone side knows no senders',
    severity: 'error',
    from: { path: '^lambda/(rules|netsapiens|aws)/|^lambda/(deliver|join|backoff)\\.ts' },
    to: { path: '^lambda/sources/' },
  },
  {
    name: 'neighbours are neighbours: neither NetSapiens nor AWS knows the rules',
    severity: 'error',
    from: { path: '^lambda/(netsapiens|aws)/' },
    to: { path: '^lambda/rules/' },
  },
  {
    name: 'AWS is spoken to in lambda/aws/ alone',
    severity: 'error',
    from: { path: '^lambda/', pathNot: '^lambda/(aws/|surroundings\\.ts)' },
    to: { path: '@aws-sdk' },
  },
  {
    name: 'the stack knows the contract and the configuration, nothing else of the functions',
    severity: 'error',
    from: { path: '^infra/' },
    to: { path: '^lambda/', pathNot: '^lambda/(names|configuration)\\.ts' },
  },
  {
    name: 'nothing needs the tests',
    severity: 'error',
    from: { path: '^(lambda|infra|local|bench)/' },
    to: { path: '^test/' },
  },
  {
    name: 'nothing needs the benchmark but its own test',
    severity: 'error',
    from: { path: '^(lambda|infra|local)/' },
    to: { path: '^bench/' },
  },
];

const violations = async (rules: IForbiddenRuleType[]): Promise<string[]> => {
  const { output }: IReporterOutput = await cruise(['lambda', 'infra', 'local', 'bench'], {
    validate: true,
    ruleSet: { forbidden: rules },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^node:' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  });
  if (typeof output === 'string') throw new Error('the cruise gave a text');
  expect(output.modules.length).toBeGreaterThan(40);
  return output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
};

test('imports go the ways that the README draws, and in no circle', async () => {
  expect(await violations(forbidden)).toEqual([]);
});

test('the test above sees imports, also those of types alone', async () => {
  const everything: IForbiddenRuleType = {
    name: 'probe',
    severity: 'error',
    from: { path: '^lambda/join\\.ts' },
    to: { path: '^lambda/outcome\\.ts' },
  };
  expect(await violations([everything])).toContain('probe: lambda/join.ts -> lambda/outcome.ts');
});
