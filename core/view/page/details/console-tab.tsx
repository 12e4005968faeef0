/** The console of a run, which follows a running one. */

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type ConsoleText, PATHS, type RunRow } from "../../api.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { usePage } from "../parts/page-context.ts";
import { Switch } from "../parts/switch.tsx";
import { plainText } from "./plain-text.ts";

/** Between two looks at a running run, ms. */
const PAUSE = 1000;
/** More characters than this lose their beginning. */
const MOST = 2_000_000;

export function ConsoleTab({ run }: { readonly run: RunRow }): JSX.Element {
  const { source, runs } = usePage();
  const [text, setText] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isFollowing, setFollowing] = useState(true);
  const box = useRef<HTMLPreElement>(null);
  const isRunning = run.status === "running";
  const next = useRef(0);

  useEffect(() => {
    let timer = 0;
    let isWanted = true;
    const read = async () => {
      try {
        for (let more = true; more && isWanted; ) {
          const from = next.current;
          const answer = await source.get<ConsoleText>(`${PATHS.console(run.id)}?from=${from}`);
          if (!isWanted) return;
          next.current = answer.next;
          more = answer.more;
          // A file that was replaced is read from its beginning.
          setText((old) => `${answer.next < from ? "" : (old ?? "")}${answer.text}`.slice(-MOST));
        }
        setProblem(null);
      } catch (error) {
        if (isWanted) setProblem((error as Error).message);
      }
      if (isWanted && isRunning) timer = window.setTimeout(read, PAUSE);
    };
    void read();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [source, run.id, isRunning, runs.returns]);

  useLayoutEffect(() => {
    const element = box.current;
    if (isFollowing && element !== null) element.scrollTop = element.scrollHeight;
  }, [text, isFollowing]);

  if (text === null) return <EmptyNote title={problem ?? "Reading the console …"} />;
  if (text === "")
    return <EmptyNote title={isRunning ? "Nothing printed yet" : "This run has no output.log"} />;
  return (
    <>
      <Switch isOn={isFollowing} onChange={setFollowing}>
        stay at the end
      </Switch>
      {problem !== null && <p class="warn-line">{problem}</p>}
      <pre
        ref={box}
        class="console"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls a long text
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && setFollowing(false)}
      >
        {plainText(text)}
      </pre>
    </>
  );
}
