/** A number that rises when one of some runs has more rows, at most twice per second. */

import { useEffect, useState } from "preact/hooks";
import { usePage } from "../parts/page-context.ts";

const LEAST_PAUSE = 500;

export function useRowsTick(ids: readonly string[]): number {
  const { runs } = usePage();
  const [tick, setTick] = useState(0);
  const all = ids.join("\n");
  useEffect(() => {
    const own = new Set(ids);
    let timer: number | null = null;
    let last = 0;
    const rise = () => {
      timer = null;
      last = performance.now();
      setTick((count) => count + 1);
    };
    const stop = runs.onRows((id) => {
      if (!own.has(id) || timer !== null) return;
      timer = window.setTimeout(rise, Math.max(0, last + LEAST_PAUSE - performance.now()));
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [runs, all]);
  return tick;
}
