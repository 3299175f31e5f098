/**
 * Every AWS client's patience: a hung service must not eat the function's own time. Two tries of two seconds leave a
 * sender that waits ten seconds its 503, and the sender tries again.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};
