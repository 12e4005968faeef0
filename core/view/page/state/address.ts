/** The page's state as the part of its address behind `#`, and back. */

import { DEFAULT_STATE, type PageState, TABS, VIEWS } from "./page-state.ts";

type Key = Exclude<keyof PageState, "view">;

const KEYS = Object.keys(DEFAULT_STATE).filter((key): key is Key => key !== "view");
const AXES = ["step", "epoch", "time", "sheets"] as const;
/** What a text may be, where only some are known. */
const CHOICES: Partial<Record<Key, readonly string[]>> = { x: AXES, tab: TABS, order: ["worst", "split"] };
/** The keys that hold a number or nothing. */
const NUMBERS: readonly Key[] = ["from", "to", "epoch"];

/** `#/curves?run=a&run=b&smooth=0.6`: what differs from the default alone. */
export function formatAddress(state: PageState): string {
  const query = new URLSearchParams();
  for (const key of KEYS) {
    const [value, usual] = [state[key], DEFAULT_STATE[key]];
    if (Array.isArray(value)) for (const each of value) query.append(key, each);
    else if (value !== usual) query.set(key, value === true ? "1" : String(value));
  }
  const text = query.toString();
  return `#/${state.view}${text === "" ? "" : `?${text}`}`;
}

/** The state of an address; what it does not say, or says wrongly, is the default. */
export function parseAddress(hash: string): PageState {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const given = new URLSearchParams(query);
  const view = VIEWS.find((each) => each === path) ?? DEFAULT_STATE.view;
  const entries = KEYS.map((key) => [key, givenValue(key, given)]);
  return { ...DEFAULT_STATE, ...Object.fromEntries(entries), view };
}

function givenValue(key: Key, given: URLSearchParams): unknown {
  const usual = DEFAULT_STATE[key];
  const text = given.get(key);
  if (Array.isArray(usual)) return [...new Set(given.getAll(key))];
  if (text === null) return usual;
  if (typeof usual === "boolean") return text === "1";
  if (NUMBERS.includes(key) || typeof usual === "number") return numberOf(key, text);
  const choices = CHOICES[key];
  return choices === undefined || choices.includes(text) ? text : usual;
}

function numberOf(key: Key, text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return DEFAULT_STATE[key] as number | null;
  return key === "smooth" ? Math.min(0.999, Math.max(0, value)) : value;
}
