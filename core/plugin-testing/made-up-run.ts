/**
 * The made-up values of a trial: what its run looks like to a plugin. They depend on step and epoch alone.
 */

import type { Metrics } from "../base/metrics.ts";
import type { HookEvents, LabelledSheet, Moment, RunFacts, SheetPrediction } from "../hooks/lifecycle.ts";

/** How long the run is. */
export interface TrialLength {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

const SHEETS_PER_STEP = 2;
/** The configuration's own. */
const CLIP = 0.1;
/** Rows and columns of each sheet. */
const HEIGHT = 8;
const WIDTH = 5;

/** A loss that falls with the steps. */
export function madeUpLoss(step: number): number {
  return 4 / (1 + step);
}

/** An F1 that rises with the epochs. */
export function madeUpF1(epoch: number): number {
  return epoch / (epoch + 4);
}

export function factsOf({ epochs, stepsPerEpoch }: TrialLength): RunFacts {
  const sheets = stepsPerEpoch * SHEETS_PER_STEP;
  return {
    trainSheets: sheets,
    sheetsPerEpoch: sheets,
    validationSheets: 2,
    testSheets: 0,
    datasets: ["trial"],
    totalParameters: 6,
    trainableParameters: 6,
    architecture: "trial\n  backbone.weight: 2x2\n  head.bias: 2\n",
    device: "a trial, without a network",
    totalSteps: epochs * stepsPerEpoch,
    stepsPerEpoch,
    maxEpochs: epochs,
  };
}

function sheetNamed(fileName: string): LabelledSheet {
  return {
    dataset: "trial",
    fileName,
    sheetName: "Sheet1",
    height: HEIGHT,
    width: WIDTH,
    truth: [{ top: 1, left: 1, bottom: 5, right: 3 }],
    fills: async () => new Uint8Array(HEIGHT * WIDTH).fill(1),
    marks: async () => new Uint16Array(HEIGHT * WIDTH),
  };
}

/** What `onSheetsLoaded` carries. */
export function loadedSheetsOf({
  trainSheets,
  validationSheets,
}: RunFacts): Omit<HookEvents["onSheetsLoaded"], keyof Moment> {
  const sheets = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => sheetNamed(`${prefix}-${index + 1}.xlsx`));
  return {
    train: sheets("train", trainSheets),
    validation: sheets("validation", validationSheets),
    leftOut: 0,
  };
}

/** The sheets of a validation: the table of the first one is found, with the F1 as its score. */
export function validatedSheets({ validationSheets }: RunFacts, f1: number): SheetPrediction[] {
  return Array.from({ length: validationSheets }, (_, index) => {
    const sheet = sheetNamed(`validation-${index + 1}.xlsx`);
    return { ...sheet, predicted: index === 0 ? [{ range: sheet.truth[0]!, score: f1 }] : [] };
  });
}

export function valMetrics(f1: number, loss: number): Metrics {
  return { loss, precision: f1, recall: f1, f1, eob_mean: f1 > 0 ? 0 : null };
}

export function trainMetricsOf(loss: number, lr: number): Metrics {
  const parts = { det_loss: loss, cls_loss: loss / 4, l1_loss: loss / 2, iou_loss: loss / 4 };
  return { loss, ...parts, lr, loss_ratio_cls_l1: 0.5 };
}

/** What `onBeforeUpdate` receives. */
export function updateOf(moment: Moment, loss: number, lr: number): HookEvents["onBeforeUpdate"] {
  const { lr: _lr, loss_ratio_cls_l1: _ratio, ...parts } = trainMetricsOf(loss, lr) as Record<string, number>;
  const norms = { gradNorm: loss, maxGradNorm: loss / 2, meanGradNorm: loss / 4 };
  return { ...moment, loss, parts, ...norms, lr, clip: CLIP, sheets: SHEETS_PER_STEP };
}

/** What `onGradStep` receives. */
export function gradStepOf(
  { step, epoch, loss, maxGradNorm, meanGradNorm, sheets }: HookEvents["onBeforeUpdate"],
  lr: number,
  stepInEpoch: number,
): HookEvents["onGradStep"] {
  const gradients = () =>
    new Map([
      ["backbone.weight", Float32Array.of(loss, -loss, loss / 2, 0)],
      ["head.bias", Float32Array.of(loss / 4, -loss / 4)],
    ]);
  const sheetsDone = stepInEpoch * sheets;
  return { step, epoch, loss, lr, maxGradNorm, meanGradNorm, sheets, sheetsDone, gradients };
}
