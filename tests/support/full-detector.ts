import { DEFAULT_DETECTOR, type DetectorConfig } from "../../core/model/detector-config.ts";

/** The network of configs/full.yaml: 25 million parameters. */
export const FULL_DETECTOR: DetectorConfig = {
  ...DEFAULT_DETECTOR,
  base_width: 64,
  depths: [3, 3, 9, 3],
  hidden_dim: 256,
  num_encoder_layers: 6,
  num_decoder_layers: 6,
};
