/**
 * The `type:` of every sender, for the schema of onqueue.yaml. By name alone, so that the schema needs no reader; the
 * readers are in presets.ts, which does not compile while one is missing.
 */

/** Senders that take nothing but a mapping. */
export const PLAIN_TYPES = [
  'bamboohr',
  'deel',
  'factorial',
  'finch',
  'github',
  'gusto',
  'helpscout',
  'hibob',
  'humaans',
  'intercom',
  'jira',
  'linear',
  'merge',
  'microsoft-graph',
  'okta',
  'pagerduty',
  'slack',
  'standard-webhooks',
  'zammad',
] as const;

/** Senders whose secret the operator chooses where to put: they take `auth`, as `http` does. */
export const AUTH_TYPES = [
  'cloudevents',
  'freshdesk',
  'freshservice',
  'http',
  'jira-automation',
  'personio',
  'rippling',
  'servicenow',
] as const;

/** Senders with an option of their own, which configuration.ts describes. */
export const OPTION_TYPES = ['front', 'hubspot', 'zendesk'] as const;
