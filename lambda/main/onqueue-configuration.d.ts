/** The bundler fills this module with the parts of the checked onqueue.yaml that the function needs. */
declare module 'onqueue:configuration' {
  // A relative import declaration cannot stand in here, an import type can.
  const configuration: import('../configuration.ts').Configuration;
  export default configuration;
}
