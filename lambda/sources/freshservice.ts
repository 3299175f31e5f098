/**
 * Freshservice, by the node "Trigger webhook" of the Workflow Automator.
 *
 * - Whether and when it sends again what failed is UNCONFIRMED.
 */
import { freshworks } from './freshworks.ts';

export const freshservice = freshworks('freshservice_webhook');
