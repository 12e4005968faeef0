/** Opens a device and a network on it for the tests of one `describe()`. */

import { afterAll, beforeAll } from "bun:test";
import type { DetectorConfig } from "../../core/model/detector-config.ts";
import type { ParameterSet } from "../../core/model/parameters.ts";
import { openDevice } from "../../core/tensor/device.ts";

/** What both networks can do: `TrainedDetector` and `GpuDetector`. */
interface Detector {
  setParameters(flat: Float32Array): void;
  dispose(): void;
}

/**
 * Call it inside of a `describe()`: before its tests the device is opened, a network made on it and given the
 * parameters; behind them the network is disposed of.
 *
 * @returns A function that gives the network; only tests can call it.
 */
export function openedDetector<Kind extends Detector>(
  device: string,
  kind: new (config: DetectorConfig) => Kind,
  config: DetectorConfig,
  parameters: ParameterSet,
): () => Kind {
  let detector: Kind | null = null;
  beforeAll(async () => {
    await openDevice(device);
    detector = new kind(config);
    detector.setParameters(parameters.flat);
  });
  afterAll(() => detector?.dispose());
  return () => {
    if (detector === null) throw new Error(`No network is open on ${device}: call this in a test.`);
    return detector;
  };
}
