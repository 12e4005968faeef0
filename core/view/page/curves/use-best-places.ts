/** Where the best epoch of each run lies on the axis of the charts. */

import { useEffect, useState } from "preact/hooks";
import type { CurveAxis, RunRow } from "../../api.ts";
import { usePage } from "../parts/page-context.ts";

/** Every run has a row of it per epoch. */
const METRIC = "val/f1";
/** More runs than this, and the marks would cover each other. */
const MOST_RUNS = 10;
/** Enough that all epochs come as they are. */
const BUCKETS = 5000;

export function useBestPlaces(
  runs: readonly RunRow[],
  x: CurveAxis,
  tick: number,
): ReadonlyMap<string, number> {
  const { curves } = usePage();
  const [places, setPlaces] = useState<ReadonlyMap<string, number>>(new Map());
  const marked = runs.length > MOST_RUNS ? [] : runs.filter(({ bestEpoch }) => bestEpoch !== null);
  const key = marked.map(({ id, bestEpoch }) => `${id} ${bestEpoch}`).join("\n");
  useEffect(() => {
    let isWanted = true;
    const find = async ({ id, bestEpoch }: RunRow): Promise<[string, number] | null> => {
      const window = { from: null, to: null, buckets: BUCKETS, smooth: 0 };
      const epochs = await curves.load(id, METRIC, { ...window, x: "epoch" });
      const along = await curves.load(id, METRIC, { ...window, x });
      const at = epochs?.x.indexOf(bestEpoch!) ?? -1;
      const place = at < 0 ? undefined : along?.x[at];
      return place === undefined ? null : [id, place];
    };
    Promise.all(marked.map(find)).then(
      (found) => isWanted && setPlaces(new Map(found.filter((each) => each !== null))),
      // the charts say what is wrong
      () => isWanted && setPlaces(new Map()),
    );
    return () => {
      isWanted = false;
    };
  }, [curves, key, x, tick]);
  return places;
}
