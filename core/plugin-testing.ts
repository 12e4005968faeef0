/** What the tests of plugins import: a whole run in milliseconds, without data, network or packages. */

export { type Trial, type TrialOptions, tryPlugin } from "./plugin-testing/try-plugin.ts";
