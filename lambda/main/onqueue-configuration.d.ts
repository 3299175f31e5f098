/** The bundler fills this module with the parts of the checked onqueue.yaml that the function needs. */
declare module 'onqueue:configuration' {
  import type { Configuration } from '../configuration.ts';

  const configuration: Configuration;
  export default configuration;
}
