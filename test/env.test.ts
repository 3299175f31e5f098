import { expect, test } from 'vitest';
import { awsEnvironment } from '../lambda/env.ts';

const LAMBDA = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKID',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'session',
};
const settings = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
};

test("in Lambda, AWS is where it is, and the credentials are the role's", () => {
  expect(awsEnvironment(LAMBDA)).toEqual({ sqs: settings, dynamodb: settings, secrets: settings });
});

test('an endpoint stands in for its service', () => {
  const variables = {
    ...LAMBDA,
    AWS_ENDPOINT_URL: 'http://all',
    AWS_ENDPOINT_URL_SQS: 'http://sqs',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://secrets',
  };
  expect(awsEnvironment(variables)).toEqual({
    sqs: { ...settings, endpoint: 'http://sqs' },
    dynamodb: { ...settings, endpoint: 'http://all' },
    secrets: { ...settings, endpoint: 'http://secrets' },
  });
});

test('all that is missing is named at once, and nothing that is there', () => {
  expect(() => awsEnvironment({ ...LAMBDA, AWS_REGION: '', AWS_SECRET_ACCESS_KEY: undefined })).toThrow(
    /^environment variables are missing: AWS_REGION, AWS_SECRET_ACCESS_KEY$/,
  );
});
