import { expect, test } from 'vitest';
import { noAnswer } from '../../../local/doctor/ask.ts';

const ORIGIN = 'https://pbx.example.com:8443';

test.each([
  ['ENOTFOUND', 'DNS knows no pbx.example.com', 'Correct netsapiens.server in onqueue.yaml.'],
  ['EAI_AGAIN', 'DNS does not answer, so pbx.example.com is not found', 'Is this machine on the network?'],
  [
    'ECONNREFUSED',
    'pbx.example.com:8443 takes no connection (TCP: refused)',
    'Ask your provider for the host and the port of the API; correct netsapiens.server in onqueue.yaml.',
  ],
  [
    'EHOSTUNREACH',
    'pbx.example.com:8443 cannot be reached (TCP: EHOSTUNREACH)',
    'Is a firewall in between, or this machine off the network?',
  ],
  [
    'ETIMEDOUT',
    'pbx.example.com:8443 cannot be reached (TCP: ETIMEDOUT)',
    'Is a firewall in between, or this machine off the network?',
  ],
  [
    'timeout',
    'pbx.example.com:8443 does not answer in 20 seconds',
    'Is a firewall in between? If not, ask your provider.',
  ],
  ['CERT_HAS_EXPIRED', 'the certificate of pbx.example.com:8443 has expired (TLS)', 'Tell your provider.'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'the certificate of pbx.example.com:8443 is for another name (TLS)',
    'Write the name that the certificate has as netsapiens.server in onqueue.yaml.',
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'no safe connection to pbx.example.com:8443 comes about (TLS: DEPTH_ZERO_SELF_SIGNED_CERT)',
    'The host must have a public certificate, and TLS 1.2 or newer. Ask your provider.',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'no safe connection to pbx.example.com:8443 comes about (TLS: ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    'The host must have a public certificate, and TLS 1.2 or newer. Ask your provider.',
  ],
  [
    'ECONNRESET',
    'the connection to pbx.example.com:8443 breaks off (ECONNRESET)',
    'Run it again. Ask your provider if it lasts.',
  ],
])('no answer: %s', (why, sentence, remedy) => {
  expect(noAnswer(why, ORIGIN)).toEqual({ sentence, remedy, final: true });
});
