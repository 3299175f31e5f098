/** The senders. A new one is a file of its own, its name in types.ts, and its line here. */
import type { Source } from '../configuration.ts';
import { bamboohr } from './bamboohr.ts';
import { cloudevents } from './cloudevents.ts';
import { deel } from './deel.ts';
import { factorial } from './factorial.ts';
import { finch } from './finch.ts';
import { freshdesk } from './freshdesk.ts';
import { freshservice } from './freshservice.ts';
import { front } from './front.ts';
import { github } from './github.ts';
import { gusto } from './gusto.ts';
import { helpscout } from './helpscout.ts';
import { hibob } from './hibob.ts';
import { http } from './http.ts';
import { hubspot } from './hubspot.ts';
import { humaans } from './humaans.ts';
import { intercom } from './intercom.ts';
import { jiraAutomation } from './jira-automation.ts';
import { jira } from './jira.ts';
import { linear } from './linear.ts';
import { merge } from './merge.ts';
import { microsoftGraph } from './microsoft-graph.ts';
import { okta } from './okta.ts';
import { pagerduty } from './pagerduty.ts';
import { personio } from './personio.ts';
import type { Preset } from './preset.ts';
import { rippling } from './rippling.ts';
import { servicenow } from './servicenow.ts';
import { slack } from './slack.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import type { PLAIN_TYPES } from './types.ts';
import { zammad } from './zammad.ts';
import { zendesk } from './zendesk.ts';

/** A source that is reached by HTTP, and so has to be verified. */
export type WebhookSource = Exclude<Source, { type: 'eventbridge' }>;

type PlainType = (typeof PLAIN_TYPES)[number];

const PLAIN: Readonly<Record<PlainType, Preset>> = {
  bamboohr,
  deel,
  factorial,
  finch,
  github,
  gusto,
  helpscout,
  hibob,
  humaans,
  intercom,
  jira,
  linear,
  merge,
  'microsoft-graph': microsoftGraph,
  okta,
  pagerduty,
  slack,
  'standard-webhooks': standardWebhooks,
  zammad,
};

const isPlain = (source: WebhookSource): source is Extract<WebhookSource, { type: PlainType }> =>
  Object.hasOwn(PLAIN, source.type);

/** The preset of the source's type, made for the source's own options where it has some. */
export const presetOf = (source: WebhookSource): Preset => {
  if (isPlain(source)) return PLAIN[source.type];
  switch (source.type) {
    case 'cloudevents':
      return cloudevents(source.auth);
    case 'freshdesk':
      return freshdesk(source.auth);
    case 'freshservice':
      return freshservice(source.auth);
    case 'front':
      return front(source.kind);
    case 'http':
      return http(source.auth);
    case 'hubspot':
      return hubspot(source.version);
    case 'jira-automation':
      return jiraAutomation(source.auth);
    case 'personio':
      return personio(source.auth);
    case 'rippling':
      return rippling(source.auth);
    case 'servicenow':
      return servicenow(source.auth);
    case 'zendesk':
      return zendesk;
  }
};
