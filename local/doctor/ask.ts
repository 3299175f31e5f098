/** One question to NetSapiens, and what its answer means for the person who asked. It only ever reads. */
import { API_PATH } from '../../lambda/names.ts';
import { answerOf } from '../../lambda/netsapiens/answer.ts';
import type { Send } from '../../lambda/http.ts';
import { parsed } from '../../lambda/json.ts';
import type { Finding } from './report.ts';
import { RIGHT_KEY } from './token.ts';
import type { Token } from './token.ts';

export type Trouble = Required<Pick<Finding, 'sentence' | 'remedy'>> & Pick<Finding, 'final'>;

export type Heard =
  | { readonly kind: 'found'; readonly body: unknown }
  /** 404; `said` has the server's own words. */
  | { readonly kind: 'missing'; readonly said: string }
  | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** @param path behind /ns-api/v2, percent-encoded */
export type Ask = (path: string, token?: Token) => Promise<Heard>;

export const createAsk =
  ({
    origin,
    send,
    now,
  }: {
    readonly origin: string;
    readonly send: Send;
    readonly now: () => number;
  }): Ask =>
  async (path, token) => {
    const reply = await send({
      method: 'GET',
      url: new URL(`${API_PATH}${path}`, origin),
      headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token.text}` }) },
    });
    if (reply.kind === 'no-answer') return { kind: 'trouble', trouble: noAnswer(reply.why, origin) };
    const { status, message } = answerOf(reply, now());
    // A server may repeat what it was sent.
    const words = token ? message.replaceAll(token.text, '(the token)') : message;
    const said = words === '' ? String(status) : `${status}: ${words}`;
    if (status >= 300)
      return status === 404 && !isNoRoute(said)
        ? { kind: 'missing', said }
        : { kind: 'trouble', trouble: troubleOf(status, said, token) };
    const body = parsed(reply.body);
    return body === undefined && reply.body.trim() !== ''
      ? { kind: 'trouble', trouble: NO_JSON }
      : { kind: 'found', body };
  };

const isNoRoute = (said: string): boolean => /no route found/i.test(said);

const SERVER = 'netsapiens.server in onqueue.yaml';

const NO_JSON: Trouble = {
  sentence: 'what answers does not speak JSON: a web page, or a proxy in between',
  remedy: `Is ${SERVER} the host of the API, and not of the portal alone?`,
};

const troubleOf = (status: number, said: string, token: Token | undefined): Trouble => {
  if (status === 401)
    return /invalid scope/i.test(said)
      ? { sentence: `the token has no right to this (${said})`, remedy: `Make ${RIGHT_KEY}.`, final: true }
      : {
          sentence: `the server refuses the token (${said})`,
          remedy: token?.ifRefused ?? `Make ${RIGHT_KEY}.`,
          final: true,
        };
  if (status === 403)
    return {
      sentence: `the token lacks a right, or the server has blocked this address (${said})`,
      remedy:
        'Wait for a quarter of an hour at least: asking again can lengthen a block. Then look at the rights of the ' +
        'token and the addresses that it may be used from, and ask your provider whether this one is blocked.',
      final: true,
    };
  if (status === 404)
    return {
      sentence: `the server does not know this call (${said})`,
      remedy: `Is ${SERVER} the host of API v2? Ask your provider.`,
    };
  if (status === 429)
    return {
      sentence: `the server wants fewer calls (${said})`,
      remedy: 'Run it again in some minutes.',
      final: true,
    };
  if (status < 400)
    return {
      sentence: `the server sends the caller elsewhere (${said}), where Onqueue does not follow`,
      remedy: `Write the host that it leads to as ${SERVER}.`,
    };
  if (status === 408 || status === 425 || status >= 500)
    return {
      sentence: `the server is in trouble (${said})`,
      remedy: 'Run it again later. Ask your provider if it lasts.',
    };
  return { sentence: `the server refuses the call (${said})`, remedy: 'Show these words to your provider.' };
};

/** @param why the code of Node's error */
export const noAnswer = (why: string, origin: string): Trouble => {
  const { hostname, host } = new URL(origin);
  const trouble = (sentence: string, remedy: string): Trouble => ({ sentence, remedy, final: true });
  switch (why) {
    case 'ENOTFOUND':
      return trouble(`DNS knows no ${hostname}`, `Correct ${SERVER}.`);
    case 'EAI_AGAIN':
      return trouble(`DNS does not answer, so ${hostname} is not found`, 'Is this machine on the network?');
    case 'ECONNREFUSED':
      return trouble(
        `${host} takes no connection (TCP: refused)`,
        `Ask your provider for the host and the port of the API; correct ${SERVER}.`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return trouble(
        `${host} cannot be reached (TCP: ${why})`,
        'Is a firewall in between, or this machine off the network?',
      );
    case 'timeout':
      return trouble(
        `${host} does not answer in 20 seconds`,
        'Is a firewall in between? If not, ask your provider.',
      );
    case 'CERT_HAS_EXPIRED':
      return trouble(`the certificate of ${host} has expired (TLS)`, 'Tell your provider.');
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return trouble(
        `the certificate of ${host} is for another name (TLS)`,
        `Write the name that the certificate has as ${SERVER}.`,
      );
    default:
      return /^(?:ERR_SSL|ERR_TLS|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(why)
        ? trouble(
            `no safe connection to ${host} comes about (TLS: ${why})`,
            'The host must have a public certificate, and TLS 1.2 or newer. Ask your provider.',
          )
        : trouble(
            `the connection to ${host} breaks off (${why})`,
            'Run it again. Ask your provider if it lasts.',
          );
  }
};
