/** A validation sheet with its true and predicted tables, of one run or of two side by side. */

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { parseRange } from "../../../base/range.ts";
import { drawSheet } from "../../../drawing/draw-sheet.ts";
import { PREDICTED_WORDS, TRUTH_WORDS } from "../../../scoring/mistake-words.ts";
import type { ShownSheet } from "../../api.ts";
import { count, score } from "../parts/figures.ts";
import { usePrinting } from "../parts/use-printing.ts";
import { lookOfSheet } from "./sheet-look.ts";
import { KINDS } from "./sheet-order.ts";
import { svgNode } from "./svg-node.ts";

export interface SheetOfRun {
  readonly id: string;
  readonly color: string;
  readonly epoch: number;
  /** Null: the run's record does not hold it. */
  readonly sheet: ShownSheet | null;
}

interface SheetCardProps {
  readonly name: string;
  readonly sides: readonly SheetOfRun[];
}

export function SheetCard({ name, sides }: SheetCardProps): JSX.Element {
  const card = useRef<HTMLElement>(null);
  const [isNear, setNear] = useState(false);
  const isPrinting = usePrinting();
  useEffect(() => {
    const element = card.current;
    if (element === null) return;
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      rootMargin: "400px",
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const one = sides.find(({ sheet }) => sheet !== null)?.sheet;
  return (
    <article ref={card} class={sides.length > 1 ? "pair" : ""}>
      <h3>
        {name}{" "}
        {one && (
          <small>
            {one.rows.toLocaleString("en-GB")} × {one.cols.toLocaleString("en-GB")} cells
          </small>
        )}
      </h3>
      <div class="sides">
        {sides.map(({ id, color, epoch, sheet }) => (
          <div key={id} class="side">
            {sides.length > 1 && (
              <p class="whose">
                <i class="dot" style={{ background: color }} /> {id}, epoch {epoch}
              </p>
            )}
            {sheet === null ? (
              <p class="none">The record of this run does not hold this sheet.</p>
            ) : (
              <>
                <Chips sheet={sheet} />
                <div class="sheet">{isNear || isPrinting ? <Drawing name={name} sheet={sheet} /> : null}</div>
              </>
            )}
          </div>
        ))}
      </div>
    </article>
  );
}

function Drawing({ name, sheet }: { readonly name: string; readonly sheet: ShownSheet }): JSX.Element {
  return useMemo(() => {
    const words: Readonly<Record<string, string>> = { ...PREDICTED_WORDS, ...TRUTH_WORDS };
    const truth = sheet.truth.flatMap(({ range, kind }) => {
      const at = parseRange(range);
      return at === null ? [] : { range: at, kind, title: `true ${range}: ${words[kind] ?? kind}` };
    });
    const predicted = sheet.predicted.flatMap(({ range, kind, score: value }) => {
      const at = parseRange(range);
      const what = (PREDICTED_WORDS as Readonly<Record<string, string>>)[kind] ?? kind;
      const title = `predicted ${range}, score ${value.toFixed(2)}: ${what}`;
      return at === null ? [] : { range: at, kind, score: value, title };
    });
    return svgNode(drawSheet(name, lookOfSheet(sheet), { truth, predicted }, null));
  }, [name, sheet]);
}

function Chips({ sheet }: { readonly sheet: ShownSheet }): JSX.Element {
  const { truth, predicted, f1 } = sheet;
  const exact = truth.filter(({ kind }) => kind === "exact").length;
  const counts = KINDS.map((kind) => {
    const of = truth.some((each) => each.kind === kind) ? truth : predicted;
    return { kind, number: of.filter((each) => each.kind === kind).length };
  }).filter(({ number }) => number > 0);
  const words: Readonly<Record<string, string>> = { ...PREDICTED_WORDS, ...TRUTH_WORDS };
  const isRight = counts.length === 0;
  return (
    <div class="chips">
      <span class={isRight ? "good" : ""}>
        {truth.length === 0 ? "no table" : `${count(truth.length, "table")}, ${exact} exact`}
        {truth.length === 0 && isRight && ", none found"}
      </span>
      {counts.map(({ kind, number }) => (
        <span key={kind} class={kind === "near" ? "" : "bad"}>
          {number} {words[kind]}
        </span>
      ))}
      <span>F1 {score(f1)}</span>
    </div>
  );
}
