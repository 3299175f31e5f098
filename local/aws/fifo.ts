/**
 * A FIFO queue's own rules, as SQS documents them: which message may be handed out, how often it has been, when it is
 * dead. One process, in memory.
 */

/** As the stand-in's protocol part makes and reads them. */
export interface QueueRecord {
  MessageId: string;
  ReceiptHandle: string;
  attributes: Record<string, string>;
}

interface Held<R extends QueueRecord> {
  readonly record: R;
  readonly group: string;
  /** Milliseconds since 1970; hidden until then. 0: never received, or handed back. */
  visibleAt: number;
}

export interface DeadLetters<R> {
  readonly maxReceiveCount: number;
  readonly take: (record: R) => void;
}

/** SQS remembers a deduplication id for so long, whatever became of the message. */
const DEDUPLICATION_MS = 5 * 60_000;

export class FifoQueue<R extends QueueRecord> {
  readonly #messages: Held<R>[] = [];
  readonly #sent = new Map<string, { readonly record: R; readonly at: number }>();
  readonly #waiting = new Set<() => void>();
  readonly #scope: 'queue' | 'messageGroup';
  readonly #deadLetters: DeadLetters<R> | undefined;
  readonly #now: () => number;

  /**
   * @param scope within what a deduplication id is one message
   * @param now milliseconds since 1970
   */
  constructor(
    scope: 'queue' | 'messageGroup',
    deadLetters: DeadLetters<R> | undefined,
    now: () => number = Date.now,
  ) {
    this.#scope = scope;
    this.#deadLetters = deadLetters;
    this.#now = now;
  }

  /** @returns the record that stands for it: an earlier one's, where the deduplication id is known */
  send(record: R): R {
    const { MessageDeduplicationId: given, MessageGroupId: group } = record.attributes;
    const id = JSON.stringify(this.#scope === 'queue' ? [given] : [group, given]);
    const now = this.#now();
    const twin = this.#sent.get(id);
    if (twin && now - twin.at < DEDUPLICATION_MS) return twin.record;
    this.#sent.set(id, { record, at: now });
    record.attributes['SentTimestamp'] = String(now);
    return this.add(record);
  }

  /** Without deduplication: what is redriven or dead must not get lost. */
  add(record: R): R {
    this.#messages.push({ record, group: record.attributes['MessageGroupId'] ?? '', visibleAt: 0 });
    this.#changed();
    return record;
  }

  /** Waits until there is a message, at the most for `waitSeconds`. */
  async receive(max: number, hideSeconds: number, waitSeconds: number): Promise<R[]> {
    const until = this.#now() + waitSeconds * 1000;
    for (;;) {
      const records = this.#take(max, hideSeconds);
      const left = until - this.#now();
      if (records.length > 0 || left <= 0) return records;
      await this.#change(left);
    }
  }

  /** @returns false for a handle that has expired; what is gone already may be deleted again */
  delete(handle: string): boolean {
    const message = this.#inFlight(handle);
    if (!message) return !this.#messages.some(({ record }) => isHandleOf(record, handle));
    this.#messages.splice(this.#messages.indexOf(message), 1);
    this.#changed();
    return true;
  }

  /** @returns false for a handle that is not (any more) that of a message in flight */
  hide(handle: string, seconds: number): boolean {
    const message = this.#inFlight(handle);
    if (!message) return false;
    message.visibleAt = this.#now() + seconds * 1000;
    this.#changed();
    return true;
  }

  count(): { readonly visible: number; readonly inFlight: number } {
    const now = this.#now();
    const inFlight = this.#messages.filter(({ visibleAt }) => visibleAt > now).length;
    return { visible: this.#messages.length - inFlight, inFlight };
  }

  /** When the next message can be taken: now, or in milliseconds since 1970; undefined where there is none. */
  nextAt(): number | undefined {
    const groups = new Map<string, number>();
    for (const { group, visibleAt } of this.#messages)
      groups.set(group, Math.max(groups.get(group) ?? 0, visibleAt));
    return groups.size === 0 ? undefined : Math.max(Math.min(...groups.values()), this.#now());
  }

  /** A clock moved by hand ends no long poll: this lets the polls look again. */
  clockMoved(): void {
    this.#changed();
  }

  clear(): void {
    this.#messages.length = 0;
    this.#changed();
  }

  /** Several messages of one group at once, in order; none of a group that has one in flight. */
  #take(max: number, hideSeconds: number): R[] {
    const now = this.#now();
    const locked = new Set(
      this.#messages.filter(({ visibleAt }) => visibleAt > now).map(({ group }) => group),
    );
    const taken: R[] = [];
    for (const message of [...this.#messages]) {
      if (taken.length === max) break;
      if (locked.has(message.group)) continue;
      const { record } = message;
      const received = Number(record.attributes['ApproximateReceiveCount']);
      if (this.#deadLetters && received >= this.#deadLetters.maxReceiveCount) {
        this.#messages.splice(this.#messages.indexOf(message), 1);
        this.#deadLetters.take(record);
        continue;
      }
      record.attributes['ApproximateReceiveCount'] = String(received + 1);
      if (received === 0) record.attributes['ApproximateFirstReceiveTimestamp'] = String(now);
      record.ReceiptHandle = handleOf(record.MessageId, received + 1);
      message.visibleAt = now + hideSeconds * 1000;
      taken.push({ ...record, attributes: { ...record.attributes } });
    }
    return taken;
  }

  /** A handle is good until its message is visible again or was received once more. */
  #inFlight(handle: string): Held<R> | undefined {
    const now = this.#now();
    return this.#messages.find(({ record, visibleAt }) => record.ReceiptHandle === handle && visibleAt > now);
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Until something is sent, handed back or deleted, something hidden becomes visible, or the time is over. */
  #change(ms: number): Promise<void> {
    const now = this.#now();
    const next = Math.min(
      ...this.#messages.map(({ visibleAt }) => (visibleAt > now ? visibleAt - now : Infinity)),
    );
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, next));
      // The server's sockets keep the process alive, not one long poll that nobody waits for any more.
      timer.unref();
      this.#waiting.add(wake);
    });
  }
}

const isHandleOf = ({ MessageId: id }: QueueRecord, handle: string): boolean =>
  Buffer.from(handle, 'base64').toString().startsWith(`${id}#`);

const handleOf = (messageId: string, receipt: number): string =>
  Buffer.from(`${messageId}#${receipt}`).toString('base64');
