/** SHA-256 by Node, in the form that the SDK's signer asks for. Its own, in a bundle, would be a slow one. */
import { createHash, createHmac } from 'node:crypto';

export class Sha256 {
  readonly #hash;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('a hash is taken once');
  }
}

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): string | NodeJS.ArrayBufferView =>
  data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : typeof data === 'string'
      ? data
      : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
