/** How long the ledger remembers. */
export const DAY_SECONDS = 24 * 60 * 60;

/**
 * How long an entry lives. It outlives every way in which the same event can come again: the longest that a sender
 * of ours retries (5 days: Svix), the queue's retention (14), the dead-letter queue's (14) and once more the queue's
 * after a redrive (14): 47 days, and DynamoDB's clean-up comes late, never early.
 */
export const LIFETIME_SECONDS = 60 * DAY_SECONDS;
