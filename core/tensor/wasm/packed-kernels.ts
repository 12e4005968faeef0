/** The wasm kernels of layers whose weights are packed into 16 bits, for prediction. */

import type { WasmKernel } from "./wasm-kernel.ts";

/** As in kernels/packed.as. */
const CHUNK = 192;
const TILE = 48;

/** The 32-bit words that a row of `inputs` 16-bit numbers takes. */
const pairs = (inputs: number) => Math.ceil(inputs / 2);
/** The words that a layer of `inputs` needs to work. */
const layerWords = (inputs: number) => TILE + CHUNK * (1 + pairs(inputs));

export const packedKernels: Record<string, WasmKernel> = {
  /** w (O, C, …) → int32 words: a factor per output, then the weights. */
  TablePackWeights(module, { w }) {
    const [O, C] = w!.shape as [number, number];
    const inputs = w!.shape.slice(1).reduce((product, size) => product * size, 1);
    const packed = module.output([O * (1 + pairs(inputs))], "int32");
    module.functions.packWeights!(module.at(w!), module.at(packed), O, inputs / C, C);
    return packed;
  },

  /** x (T, I), packed, b (O), residual (T, O)? → y (T, O). */
  TableLinearPacked(module, { x, packed, b, residual }, { relu }) {
    const [T, I] = x!.shape as [number, number];
    const O = b!.shape[0]!;
    const y = module.output([T, O]);
    const addresses = [x!, packed!, b!].map((tensor) => module.at(tensor));
    const added = residual ? module.at(residual) : 0;
    const work = module.scratch(layerWords(I));
    module.functions.linearPacked!(...addresses, added, module.at(y), T, I, O, relu ? 1 : 0, work);
    return y;
  },

  /** x (B, H, W, C), packed, b (O) → y (B·h·w, O). */
  TableConvolutionPacked(module, { x, packed, b }, attributes) {
    const [B, H, W, C] = x!.shape as [number, number, number, number];
    const { kernel, stride, padding, rows, columns } = attributes as Record<string, number>;
    const O = b!.shape[0]!;
    const y = module.output([B * rows! * columns!, O]);
    const inputs = C * kernel! * kernel!;
    const addresses = [x!, packed!, b!, y].map((tensor) => module.at(tensor));
    const sizes = [B, H, W, C, kernel!, stride!, padding!, rows!, columns!, O];
    module.functions.convolutionPacked!(...addresses, ...sizes, module.scratch(layerWords(inputs) + inputs));
    return y;
  },

  /** The block of ConvNeXt V2 on x (B·H·W, C) → y of the same shape. */
  TableBlockPacked(module, inputs, attributes) {
    const { x, depthWeight, depthBias, normWeight, normBias } = inputs;
    const { packed1, bias1, valid, gamma, beta, packed2, bias2 } = inputs;
    const { sheets, rows, columns, eps } = attributes as Record<string, number>;
    const C = x!.shape[1]!;
    const E = bias1!.shape[0]!;
    const places = rows! * columns!;
    const at = (tensor: typeof x) => (tensor ? module.at(tensor) : 0);
    const y = module.output(x!.shape);
    const wide = module.output([places, E]);
    const mixed = (2 + C) * Math.max(CHUNK, columns!);
    const taps = module.scratch(9 * C + E + layerWords(E) + mixed);
    const norms = taps + 4 * 9 * C;
    module.functions.tapsFirst!(at(depthWeight), taps, C, 0);
    for (let sheet = 0; sheet < sheets!; sheet++) {
      const first = 4 * sheet * places;
      module.functions.blockPacked!(
        at(x) + first * C,
        ...[taps, at(depthBias), at(normWeight), at(normBias), eps!],
        ...[
          at(packed1),
          at(bias1),
          valid ? at(valid) + first : 0,
          at(gamma),
          at(beta),
          at(packed2),
          at(bias2),
        ],
        ...[at(y) + first * C, rows!, columns!, C, E, at(wide), norms, norms + 4 * E],
      );
    }
    module.release(wide);
    return y;
  },
};
