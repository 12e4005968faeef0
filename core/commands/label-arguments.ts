/** What `label` and `data label` share: where the workbooks are, and what proposes tables for them. */

import { usageError } from "../base/problem.ts";
import { locateCheckpoint } from "../checkpoint/locate-checkpoint.ts";
import { findWorkbooks } from "../dataset/find-workbooks.ts";
import { PRETRAINED } from "../pretrained/locate-pretrained.ts";
import {
  CHECKPOINT_ARGUMENT,
  DEVICE_ARGUMENT,
  RUNS_ARGUMENT,
  thresholdArgument,
} from "./detection-arguments.ts";

export const LABEL_ARGUMENTS = {
  folder: {
    type: "positional",
    required: true,
    description: "A folder of workbooks, a dataset's folder, or its name in data.root",
  },
  checkpoint: {
    ...CHECKPOINT_ARGUMENT,
    description: `${CHECKPOINT_ARGUMENT.description} (pretrained)`,
  },
  runs: RUNS_ARGUMENT,
  blocks: { type: "boolean", description: "Propose connected blocks of cells instead, without a network" },
  threshold: thresholdArgument("a proposed table"),
  device: DEVICE_ARGUMENT,
} as const;

interface ProposingArguments {
  readonly checkpoint?: string | undefined;
  readonly runs?: string | undefined;
  readonly blocks?: boolean | undefined;
  readonly threshold?: string | undefined;
  readonly device?: string | undefined;
}

/**
 * The weights that propose tables; null for connected blocks.
 *
 * @throws {UserError} Exit code 2.
 */
export function proposingWeights(args: ProposingArguments): string | null {
  if (!args.blocks) return locateCheckpoint(args.checkpoint ?? PRETRAINED, { runs: args.runs });
  if ((args.checkpoint ?? args.threshold) !== undefined || args.device !== "auto") {
    const got = "--blocks, which needs no network, and an option of one";
    const expected = "one way: a network with its options, or --blocks without them";
    const fix = "leave out --blocks, or --checkpoint, --threshold and --device";
    throw usageError({ message: "Cannot tell how to find the tables", expected, got, fix });
  }
  return null;
}

/** The workbooks of a folder, relative to it. @throws {UserError} Exit code 2, if there is none. */
export function labelledWorkbooks(folder: string): string[] {
  const workbooks = findWorkbooks(folder);
  if (workbooks.length > 0) return workbooks;
  const expected = ".xlsx, .xlsm, .xltx, .csv or other workbooks, in it or in folders below";
  const [got, fix] = ["none", "put the workbooks there, or name another folder"];
  throw usageError({ file: folder, message: "Cannot find a workbook to label", expected, got, fix });
}
