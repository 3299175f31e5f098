/** What `npm run parked` is asked for. */
import { parseArgs } from 'node:util';
import { isLoopback, UsageError } from '../flags.ts';

export type Command =
  | { readonly name: 'list'; readonly json: boolean }
  | { readonly name: 'show'; readonly id: string; readonly json: boolean }
  /** Without an id: all; without `to`: the queue that SQS says it belongs to. */
  | { readonly name: 'redrive'; readonly id: string | undefined; readonly to: string | undefined }
  | { readonly name: 'drop'; readonly id: string; readonly why: string };

/** The dead-letter queue by its URL, or the embedded run whose it is. */
export type Place = { readonly queueUrl: string } | { readonly local: string };

const LOCAL_ORIGIN = 'http://localhost:8787';

export const USAGE = `npm run parked -- COMMAND WHERE
Commands:
  list [--json]             what is parked, the oldest first
  show ID [--json]          one parked message, with its whole event
  redrive ID [--to URL]     puts it back on the queue, where today's rules run over it
  redrive --all [--to URL]  puts all of them back, in their order
  drop ID --why TEXT        prints it whole, then deletes it for good
An ID is what list shows; its first 8 characters do where no other begins with them.
Where:
  --queue-url URL   the dead-letter queue (the stack's output ParkedEventsUrl), with the AWS credentials at hand
  --local [ORIGIN]  what npm start runs on this machine (default: ${LOCAL_ORIGIN})
  --to URL          another queue to redrive to than the one whose dead-letter queue it is`;

const text = { type: 'string' } as const;
const yes = { type: 'boolean', default: false } as const;
const WHERE = { 'queue-url': text, local: text } as const;

/** @throws UsageError */
export const readCommand = (
  args: readonly string[] = process.argv.slice(2),
): { readonly command: Command; readonly place: Place } => {
  const [name, ...rest] = args;
  switch (name) {
    case 'list': {
      const { values, positionals } = parse(rest, { ...WHERE, json: yes });
      noMore(positionals);
      return { command: { name, json: values.json }, place: placeOf(values) };
    }
    case 'show': {
      const { values, positionals } = parse(rest, { ...WHERE, json: yes });
      return { command: { name, id: idOf(positionals), json: values.json }, place: placeOf(values) };
    }
    case 'redrive': {
      const { values, positionals } = parse(rest, { ...WHERE, all: yes, to: text });
      if (values.all) noMore(positionals);
      const place = placeOf(values);
      const to = values.to === undefined ? undefined : queueUrlOf('--to', values.to);
      if (to !== undefined && !('queueUrl' in place && new URL(place.queueUrl).origin === new URL(to).origin))
        throw new UsageError('--to: goes with a --queue-url of the same region');
      if ('queueUrl' in place && to === place.queueUrl)
        throw new UsageError('--to: is the dead-letter queue itself; the queue before it is wanted');
      return { command: { name, id: values.all ? undefined : idOf(positionals), to }, place };
    }
    case 'drop': {
      const { values, positionals } = parse(rest, { ...WHERE, why: text });
      const id = idOf(positionals);
      const why = values.why?.trim() ?? '';
      if (why === '') throw usage('drop deletes for good: --why TEXT says why');
      return { command: { name, id, why }, place: placeOf(values) };
    }
    case undefined:
      throw new UsageError(USAGE);
    default:
      throw usage(`"${name}" is no command`);
  }
};

const usage = (complaint: string): UsageError => new UsageError(`${complaint}\n\n${USAGE}`);

type Options = Readonly<Record<string, typeof text | typeof yes>>;

const parse = <const O extends Options>(args: readonly string[], options: O) => {
  try {
    return parseArgs({ args: withOrigin(args), options, strict: true, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
};

/** The value of --local may be left out, which parseArgs does not know. */
const withOrigin = (args: readonly string[]): string[] =>
  args.map((arg, index) =>
    arg === '--local' && !/^https?:/i.test(args[index + 1] ?? '') ? `--local=${LOCAL_ORIGIN}` : arg,
  );

const noMore = ([extra]: readonly string[]): void => {
  if (extra !== undefined) throw usage(`"${extra}" is too much`);
};

const idOf = ([id, ...more]: readonly string[]): string => {
  if (id === undefined) throw usage('an ID is missing');
  noMore(more);
  if (!/^[0-9a-f]{8}[0-9a-f-]{0,28}$/i.test(id))
    throw new UsageError(`"${id}" is no ID: what list shows is wanted, at least its first 8 characters`);
  return id.toLowerCase();
};

const placeOf = (values: { readonly 'queue-url'?: string; readonly local?: string }): Place => {
  const { 'queue-url': url, local } = values;
  if (url !== undefined && local !== undefined)
    throw usage('--queue-url and --local: one or the other, not both');
  if (url !== undefined) return { queueUrl: queueUrlOf('--queue-url', url) };
  if (local === undefined) throw usage('where? --queue-url URL or --local is wanted');
  if (!URL.canParse(local) || !isLoopback(local))
    throw new UsageError(`--local: "${local}" is no origin on this machine, such as ${LOCAL_ORIGIN}`);
  return { local: new URL(local).origin };
};

const queueUrlOf = (flag: string, given: string): string => {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.origin))))
    throw new UsageError(
      `${flag}: "${given}" is no queue's URL: https://sqs.REGION.amazonaws.com/ACCOUNT/NAME.fifo is wanted`,
    );
  if (!url.pathname.endsWith('.fifo'))
    throw new UsageError(`${flag}: "${given}" is no FIFO queue, whose names end in .fifo`);
  return given;
};
