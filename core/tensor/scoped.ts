/** Scopes that dispose every tensor made in them, whatever they return. */

import { engine } from "@tensorflow/tfjs-core";

/** Like `tf.tidy`, for functions that return numbers: nothing made inside survives, also when it throws. */
export function scoped<T>(run: () => T): T {
  engine().startScope();
  try {
    return run();
  } finally {
    engine().endScope();
  }
}

/**
 * The same for work that waits. Meanwhile nobody else may make tensors in this thread: they would be counted among those of
 * this scope.
 */
export async function scopedAsync<T>(run: () => Promise<T>): Promise<T> {
  engine().startScope();
  try {
    return await run();
  } finally {
    engine().endScope();
  }
}
