/** What every part of the page can reach: the state, the runs, the source, and the pointer over charts. */

import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { RunRow } from "../../api.ts";
import type { CurveLoader } from "../data/curve-loader.ts";
import type { RunsModel } from "../data/runs-model.ts";
import type { Source } from "../data/source.ts";
import type { PageState } from "../state/page-state.ts";
import type { Store } from "../state/store.ts";
import type { Hover } from "./hover.ts";

export interface Page {
  readonly store: Store;
  readonly runs: RunsModel;
  readonly source: Source;
  readonly curves: CurveLoader;
  readonly hover: Hover;
  /** Says something to the reader, and to a screen reader. */
  readonly say: (text: string, isProblem?: boolean) => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("no page around this part");
  return page;
}

/** The state, and again after each change. */
export function usePageState(): PageState {
  const { store } = usePage();
  useAgain(
    (again) => store.subscribe(again),
    [store],
    () => store.state,
  );
  return store.state;
}

/** The runs that the page knows, and again after each change. */
export function useRuns(): RunsModel {
  const { runs } = usePage();
  useAgain(
    (again) => runs.subscribe(again),
    [runs],
    () => runs.version,
  );
  return runs;
}

/** The chosen runs that exist, in the order of the choice. */
export function chosenRuns(state: PageState, runs: RunsModel): RunRow[] {
  return state.run.map((id) => runs.rows.get(id)).filter((row) => row !== undefined);
}

/**
 * Renders this part again whenever the subscription calls back.
 *
 * @param of What the subscription depends on.
 * @param versionOf Another value after each change: what changes before the subscription begins counts too.
 */
export function useAgain(
  subscribe: (again: () => void) => () => void,
  of: readonly unknown[],
  versionOf: () => unknown = () => null,
): void {
  const [, setCount] = useState(0);
  const rendered = versionOf();
  useEffect(() => {
    const again = () => setCount((count) => count + 1);
    const end = subscribe(again);
    if (versionOf() !== rendered) again();
    return end;
  }, of);
}

/** What an address answers. */
export interface Answer<Content> {
  readonly content: Content | null;
  /** A sentence if there is no answer. */
  readonly problem: string | null;
  readonly isLoading: boolean;
}

/**
 * Asks an address, and again when it or `version` changes, or the line to the server is back. The last answer
 * stays until the next one has come, unless the address is another.
 */
export function useAnswer<Content>(address: string | null, version: unknown = 0): Answer<Content> {
  const { source, runs } = usePage();
  const [answer, setAnswer] = useState<Answer<Content> & { readonly address: string | null }>({
    address: null,
    content: null,
    problem: null,
    isLoading: true,
  });
  useEffect(() => {
    if (address === null) return;
    let isWanted = true;
    source.get<Content>(address).then(
      (content) => isWanted && setAnswer({ address, content, problem: null, isLoading: false }),
      (error: Error) =>
        isWanted && setAnswer({ address, content: null, problem: error.message, isLoading: false }),
    );
    return () => {
      isWanted = false;
    };
  }, [source, address, version, runs.returns]);
  if (address === null) return { content: null, problem: null, isLoading: false };
  return answer.address === address ? answer : { content: null, problem: null, isLoading: true };
}
