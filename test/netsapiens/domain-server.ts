/** One NetSapiens domain's users and devices on real HTTP, apart from the simulator: pages, counts, and what goes wrong. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createNetSapiens } from '../../lambda/netsapiens/client.ts';
import type { Pace } from '../../lambda/netsapiens/pace.ts';
import { createSend } from '../../lambda/http.ts';

export interface Domain {
  /** Rows as they come, whatever they are. */
  users: unknown[];
  devices: Record<string, unknown>;
  /** The number of the first user: servers differ. */
  firstUser: number;
  /** The rows of a page, whatever is asked for. */
  pageSize: number;
  /** What /users/count says; left out: as many as there are. */
  total?: number;
  /** Called before each page is cut: here others change the list. */
  beforePage?: (start: number) => void;
  /** What is answered in place of the truth, by path, with the query or without. */
  broken: Record<string, { readonly status: number; readonly body: string }>;
}

export const startDomain = async (given: Partial<Domain> = {}) => {
  const domain: Domain = { users: [], devices: {}, firstUser: 0, pageSize: 1000, broken: {}, ...given };
  const requests: string[] = [];
  const tags: unknown[] = [];
  const sockets: Socket[] = [];

  const answer = (path: string, query: URLSearchParams): unknown => {
    const [, what, id, more] = path.split('/');
    if (what !== 'users') return undefined;
    if (id === 'count') return { total: domain.total ?? domain.users.length };
    if (id === undefined) {
      const start = Number(query.get('start'));
      domain.beforePage?.(start);
      const from = Math.max(0, start - domain.firstUser);
      return domain.users.slice(from, from + domain.pageSize);
    }
    if (more === 'devices') return domain.devices[decodeURIComponent(id)];
    return domain.users.find(
      (row) =>
        typeof row === 'object' && row !== null && 'user' in row && row.user === decodeURIComponent(id),
    );
  };

  const server = createServer((request, response) => {
    requests.push(request.url?.replace('/ns-api/v2/domains/', '') ?? '');
    tags.push(request.headers['x-netsapiens-log']);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.replace(/^\/ns-api\/v2\/domains\/[^/]+/, '');
    const broken = domain.broken[path + url.search] ?? domain.broken[path];
    const body = answer(path, url.searchParams);
    const { status, body: text } =
      broken ??
      (body === undefined
        ? { status: 404, body: '{"code":404,"message":"Not found"}' }
        : { status: 200, body: JSON.stringify(body) });
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    domain,
    /** Behind /ns-api/v2/domains/, in the order of arrival. */
    requests,
    tags,
    sockets,
    client: (options: { domain?: string; debug?: boolean; pace?: Pace } = {}) =>
      createNetSapiens({
        origin: `http://127.0.0.1:${address.port}`,
        domain: 'acme.example',
        token: { read: () => Promise.resolve('nsd_token') },
        send: createSend(),
        now: () => 0,
        ...options,
      }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
