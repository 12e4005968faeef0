/** How a process learns that it is a trial of a sweep: through a variable of its environment. */

import { isRecord } from "../base/plain-object.ts";

export const VARIABLE = "TABLESENSE2_SWEEP_TRIAL";

/** What a trial's process has to know to report its values. */
export interface TrialEnvironment {
  /** The sweep's folder, absolute. */
  readonly folder: string;
  /** The name of the sweep, which is that of its study. */
  readonly sweep: string;
  readonly number: number;
  readonly token: string;
}

export function trialVariables(trial: TrialEnvironment): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(trial) };
}

/** Whether two attempts are at one trial. */
export function isSameTrial(a: TrialEnvironment, b: TrialEnvironment): boolean {
  return a.folder === b.folder && a.sweep === b.sweep && a.number === b.number;
}

/** @returns null for a process that no sweep started. */
export function readTrialVariables(
  env: Readonly<Record<string, string | undefined>>,
): TrialEnvironment | null {
  try {
    const value: unknown = JSON.parse(env[VARIABLE] ?? "null");
    return isRecord(value) ? (value as unknown as TrialEnvironment) : null;
  } catch {
    return null;
  }
}
