/** What a field of work fills its sheets with. All names and texts are made up or generic. */

/** A quantity that tables report. */
export interface Measure {
  readonly heading: string;
  /** Written in the heading or in a row of units; absent: none. */
  readonly unit?: string;
  readonly kind: "number" | "currency" | "percent";
  /** Usual values lie between; percentages are fractions. */
  readonly low: number;
  readonly high: number;
  readonly decimals: number;
  /** Whether a sum over rows means something. */
  readonly adds: boolean;
}

/** Something that rows or columns can be about. */
export interface Dimension {
  readonly heading: string;
  readonly values: readonly string[];
}

/** A property of a record that is no quantity. */
export type Attribute =
  | { readonly kind: "code"; readonly heading: string; readonly prefix: string }
  | { readonly kind: "date" | "person" | "place" | "remark" | "flag"; readonly heading: string }
  | { readonly kind: "choice"; readonly heading: string; readonly values: readonly string[] };

/** Lines of a statement that add up to a total of their own. */
export interface Section {
  readonly heading: string;
  readonly items: readonly string[];
  readonly total: string;
}

export interface Domain {
  readonly name: string;
  readonly titles: readonly string[];
  /** Names of sheets. */
  readonly tabs: readonly string[];
  readonly dimensions: readonly Dimension[];
  readonly measures: readonly Measure[];
  readonly attributes: readonly Attribute[];
  readonly sections: readonly Section[];
  readonly notes: readonly string[];
}

export function quantity(heading: string, low: number, high: number, decimals = 0, unit?: string): Measure {
  return { heading, kind: "number", low, high, decimals, adds: true, unit };
}

/** A number that no one would add up: a rate, a temperature, a score. */
export function rate(heading: string, low: number, high: number, decimals = 1, unit?: string): Measure {
  return { heading, kind: "number", low, high, decimals, adds: false, unit };
}

export function money(heading: string, low: number, high: number, decimals: 0 | 2 = 0): Measure {
  return { heading, kind: "currency", low, high, decimals, adds: true };
}

export function share(heading: string, low = 0.01, high = 0.98): Measure {
  return { heading, kind: "percent", low, high, decimals: 3, adds: false };
}
