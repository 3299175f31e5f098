/** What can be done with parked messages. */
import type { Command } from './flags.ts';
import { goOn, lookThrough, outOfSight, ParkedError, withHand } from './hand.ts';
import type { Hand, Look } from './hand.ts';
import type { ParkedMessage, Summary } from './message.ts';
import type { ParkedQueue } from './queue.ts';
import { describe, plain, table, toJson, wholeJson } from './terminal.ts';
import type { Terminal } from './terminal.ts';

export interface Desk extends Look {
  readonly queue: ParkedQueue;
  readonly terminal: Terminal;
}

const NOTHING = 'Nothing is parked.';

/** @throws ParkedError, UsageError, and what the SQS client throws */
export const perform = async (command: Command, desk: Desk): Promise<void> => {
  switch (command.name) {
    case 'list':
      return list(desk, command.json);
    case 'show':
      return show(desk, command.id, command.json);
    case 'redrive': {
      const to = command.to ?? (await desk.queue.queueBefore());
      return command.id === undefined ? redriveAll(desk, to) : redriveOne(desk, command.id, to);
    }
    case 'drop':
      return drop(desk, command.id, command.why);
  }
};

const list = async (desk: Desk, json: boolean): Promise<void> => {
  const { queue, terminal } = desk;
  const found: Summary[] = [];
  const { unseen } = await withHand(queue, terminal, (hand) =>
    lookThrough(hand, desk, ({ summary }) => {
      found.push(summary);
      return false;
    }),
  );
  const summaries = found.toSorted((a, b) => Date.parse(a.parkedAt) - Date.parse(b.parkedAt));
  if (json) await terminal.print(toJson(summaries));
  else await terminal.print(summaries.length === 0 ? NOTHING : table(summaries, terminal.columns));
  if (unseen > 0) terminal.note(outOfSight(unseen, desk));
};

const show = async (desk: Desk, id: string, json: boolean): Promise<void> => {
  const { queue, terminal } = desk;
  const message = await withHand(queue, terminal, (hand) => find(hand, desk, id));
  await terminal.print(json ? wholeJson(message) : describe(message));
};

const redriveOne = async (desk: Desk, id: string, to: string): Promise<void> => {
  const { queue, terminal } = desk;
  await withHand(queue, terminal, async (hand) => {
    const message = await find(hand, desk, id);
    await redrive(desk, hand, message, to);
  });
};

const redriveAll = async (desk: Desk, to: string): Promise<void> => {
  const { queue, terminal, signal } = desk;
  /** As they are called on the queue that they were put back on. */
  const sent = new Set<string>();
  const parkedAgain = new Set<string>();
  await withHand(queue, terminal, async (hand) => {
    try {
      for (;;) {
        goOn(signal);
        const messages = await hand.receive();
        if (messages.length === 0) break;
        for (const message of messages) {
          goOn(signal);
          // Else what cannot be helped yet would go round for ever. It stays in hand until all others have gone.
          if (sent.has(message.idBefore)) parkedAgain.add(message.summary.id);
          else sent.add(await redrive(desk, hand, message, to));
        }
      }
      const unseen = await hand.unseen(parkedAgain.size);
      if (unseen > 0)
        terminal.note(`About ${unseen} are parked still: another reader has them, or they came just now.`);
    } finally {
      const again = parkedAgain.size === 0 ? '' : `, ${parkedAgain.size} of them parked again already`;
      await terminal.print(sent.size === 0 ? NOTHING : `${sent.size} redriven${again}.`);
    }
  });
};

/** First there, then gone from here: broken off in between it runs twice, and the ledger finds that out. */
const redrive = async (
  { queue, terminal }: Desk,
  hand: Hand,
  message: ParkedMessage,
  to: string,
): Promise<string> => {
  const { id, source, type } = message.summary;
  const idThere = await queue.send(message, to);
  await hand.remove(message).catch((cause: unknown) => {
    throw new ParkedError(
      `${id} was put back on the queue, but is parked still; a second redrive does no harm`,
      {
        cause,
      },
    );
  });
  terminal.note(`redriven ${id} as ${idThere}: ${plain(`${source ?? 'unreadable'} ${type ?? ''}`).trim()}`);
  return idThere;
};

const drop = async (desk: Desk, id: string, why: string): Promise<void> => {
  const { queue, terminal } = desk;
  await withHand(queue, terminal, async (hand) => {
    const message = await find(hand, desk, id);
    // Once this is out, the operator has it.
    await terminal.print(wholeJson(message));
    await hand.remove(message);
    const { owner, code } = message.summary;
    terminal.note(`dropped ${message.summary.id} (${owner}, ${code}): ${why}`);
  });
};

/** @throws ParkedError where it is not exactly one */
const find = async (hand: Hand, look: Look, id: string): Promise<ParkedMessage> => {
  const found: ParkedMessage[] = [];
  const { seen, unseen } = await lookThrough(hand, look, (message) => {
    if (message.summary.id.startsWith(id)) found.push(message);
    return message.summary.id === id;
  });
  const [only] = found;
  if (only && found.length === 1) return only;
  if (only)
    throw new ParkedError(
      `${id} is the beginning of ${found.map(({ summary }) => summary.id).join(' and of ')}: give more of it`,
    );
  throw new ParkedError(
    `${id} is not among the ${seen} parked messages.${unseen > 0 ? ` ${outOfSight(unseen, look)}` : ''}`,
  );
};
