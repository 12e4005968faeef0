/** A scope that disposes every tensor made in it, whatever it returns. */

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
