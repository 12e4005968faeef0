/** The sheet in the middle of the page: drawn piece by piece on a canvas, scrolled, and worked by pointer. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isDark } from "../../../view/page/parts/theme.ts";
import type { Opened } from "../state/opened.ts";
import type { Workbench } from "../state/workbench.ts";
import { SheetScreen } from "./sheet-screen.ts";

interface SheetViewProps {
  readonly bench: Workbench;
  readonly opened: Opened;
  readonly name: string;
  readonly onKey: (event: KeyboardEvent) => boolean;
}

export function SheetView({ bench, opened, name, onKey }: SheetViewProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const screen = useRef<SheetScreen | null>(null);
  useEffect(() => {
    const made = new SheetScreen(bench, opened, scroller.current!, isDark);
    screen.current = made;
    return () => made.close();
  }, [bench, opened]);
  const on = (act: (screen: SheetScreen, event: PointerEvent) => void) => (event: PointerEvent) => {
    if (screen.current !== null) act(screen.current, event);
  };
  return (
    <div
      ref={scroller}
      class="scroller"
      id="sheet"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the role takes keys
      tabIndex={0}
      aria-label={`Sheet ${name}, ${opened.extent.rows} rows, ${opened.extent.cols} columns`}
      aria-describedby="sheet-keys"
      onKeyDown={(event) => {
        if (onKey(event)) event.preventDefault();
      }}
      onPointerDown={on((made, event) => made.press(event))}
      onPointerMove={on((made, event) => made.move(event))}
      onPointerUp={on((made) => made.release())}
      onPointerCancel={on((made) => made.cancel())}
    >
      <div class="space">
        <canvas />
      </div>
      <p id="sheet-keys" class="unseen">
        Tab goes to the next table, arrows move it, Shift and Alt with arrows stretch it. ? lists all keys.
      </p>
    </div>
  );
}
