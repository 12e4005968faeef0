/** Scopes that dispose every tensor that is made in them. */

import { engine } from "@tensorflow/tfjs-core";

/**
 * Like `tf.tidy` for functions that return no tensors. Every tensor made inside is disposed, also if `run`
 * throws.
 */
export function scoped<T>(run: () => T): T {
  engine().startScope();
  try {
    return run();
  } finally {
    engine().endScope();
  }
}

/**
 * The same for asynchronous work. Until it ends nobody else may make tensors in this thread: they would
 * belong to this scope.
 */
export async function scopedAsync<T>(run: () => Promise<T>): Promise<T> {
  engine().startScope();
  try {
    return await run();
  } finally {
    engine().endScope();
  }
}
