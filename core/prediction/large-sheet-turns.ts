/** Lets one thread at a time have a large sheet in memory. */

/** The turn of one thread. It is free again once it is disposed of. */
export interface LargeSheetTurn extends Disposable {
  /** Waits until no other thread has its turn; at once if this one has it already. */
  take(): Promise<void>;
  /** Gives the turn to the next thread; nothing happens without one. */
  release(): void;
}

/** @returns A function that makes a place in the queue; each thread needs one of its own. */
export function largeSheetTurns(): () => LargeSheetTurn {
  let owner: LargeSheetTurn | null = null;
  const waiting: { readonly turn: LargeSheetTurn; readonly resolve: () => void }[] = [];
  const passOn = () => {
    const next = waiting.shift();
    owner = next?.turn ?? null;
    next?.resolve();
  };
  return () => {
    const turn: LargeSheetTurn = {
      async take() {
        if (owner === turn) return;
        if (owner === null) owner = turn;
        else await new Promise<void>((resolve) => waiting.push({ turn, resolve }));
      },
      release() {
        if (owner === turn) passOn();
      },
      [Symbol.dispose]() {
        const at = waiting.findIndex((each) => each.turn === turn);
        if (at >= 0) waiting.splice(at, 1);
        turn.release();
      },
    };
    return turn;
  };
}
