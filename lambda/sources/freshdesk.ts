/**
 * Freshdesk, by "Trigger webhook" in an automation rule:
 * https://support.freshdesk.com/support/solutions/articles/132589-using-webhooks-in-automation-rules
 *
 * - What failed is sent again after 5, 30 and 60 minutes; then the administrators get a mail.
 * - It sends so many an hour, and the rest in the next hour: what waits for over a day is dropped.
 */
import { freshworks } from './freshworks.ts';

export const freshdesk = freshworks('freshdesk_webhook');
