/** The shape of a field of work: what its sheets are about. All names and texts are invented or generic. */

/** A quantity that tables report. */
export interface Measure {
  readonly heading: string;
  /** Written in the heading or in a row of units. */
  readonly unit?: string;
  readonly kind: "number" | "currency" | "percent";
  /** The lowest usual value; percentages are fractions. */
  readonly low: number;
  /** The highest usual value. */
  readonly high: number;
  readonly decimals: number;
  /** Whether a sum over rows means something. */
  readonly adds: boolean;
}

/** A property by which rows or columns are divided. */
export interface Dimension {
  readonly heading: string;
  readonly values: readonly string[];
}

/** A property of a record that is not a quantity. */
export type Attribute =
  | { readonly kind: "code"; readonly heading: string; readonly prefix: string }
  | { readonly kind: "date" | "person" | "place" | "remark" | "flag"; readonly heading: string }
  | { readonly kind: "choice"; readonly heading: string; readonly values: readonly string[] };

/** The lines of a statement that add up to a total of their own. */
export interface Section {
  readonly heading: string;
  readonly items: readonly string[];
  readonly total: string;
}

/** A field of work. */
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

/** A number that adds up over rows. */
export function quantity(heading: string, low: number, high: number, decimals = 0, unit?: string): Measure {
  return { heading, kind: "number", low, high, decimals, adds: true, unit };
}

/** A number that does not add up over rows: a rate, a temperature, a score. */
export function rate(heading: string, low: number, high: number, decimals = 1, unit?: string): Measure {
  return { heading, kind: "number", low, high, decimals, adds: false, unit };
}

/** An amount of money. */
export function money(heading: string, low: number, high: number, decimals: 0 | 2 = 0): Measure {
  return { heading, kind: "currency", low, high, decimals, adds: true };
}

/** A percentage, as a fraction. */
export function share(heading: string, low = 0.01, high = 0.98): Measure {
  return { heading, kind: "percent", low, high, decimals: 3, adds: false };
}
