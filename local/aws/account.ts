/** The account that the stand-ins play: no cloud account has it, and its credentials open nothing. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What an SDK client needs to speak to the stand-in at `origin`. */
export const clientConfig = (origin: string) => ({
  endpoint: origin,
  region: REGION,
  credentials: CREDENTIALS,
});
