/** The names of operations' attributes, which the binding has to know before two threads compute. */

import type { NodeBackend } from "./operation-caller.ts";

const NO_TYPE = -1;
/** How the binding's error about such a type begins (`ReportUnknownTFAttrType` in its utils.h). */
const REFUSAL = "Unhandled TF_AttrType";

/** Every name that `@tensorflow/tfjs-node-gpu` 4.22.0 and the project's own kernels give to operations. */
export const ATTRIBUTE_NAMES: readonly string[] = [
  ...["DstT", "Index", "N", "SrcT", "T", "TI", "T_threshold", "Taxis", "Tblock_shape", "Tcomplex"],
  ...["Tcrops", "Tidx", "Tindices", "Tlen", "Tmultiples", "Tnumsegments", "Tout", "Tpaddings"],
  ...["Tparams", "Tperm", "Truncate", "Tshape", "acceptable_fraction", "adj_x", "adj_y"],
  ...["align_corners", "alpha", "axis", "batch_dims", "begin_mask", "beta", "bias", "block_size"],
  ...["channels", "chroma_downsampling", "compression", "container", "data_format", "dct_method"],
  ...["density_unit", "depth_radius", "dilations", "ellipsis_mask", "end_mask", "epsilon", "equation"],
  ...["exclusive", "explicit_paddings", "extrapolation_value", "fancy_upscaling", "format"],
  ...["half_pixel_centers", "index_type", "is_training", "keep_dims", "ksize", "method", "mode"],
  ...["new_axis_mask", "num", "num_split", "optimize_size", "out_idx", "output_dtype", "output_type"],
  ...["pad_to_max_output_size", "padding", "pattern", "progressive", "quality", "rates", "ratio"],
  ...["replace_global", "reverse", "rewrite", "seed", "seed2", "shared_name", "shrink_axis_mask"],
  ...["sorted", "strides", "transpose_a", "transpose_b", "try_recover_truncated", "use_cudnn_on_gpu"],
  ...["validate_indices", "x_density", "xmp_metadata", "y_density"],
];

/**
 * Makes the binding know every name in `ATTRIBUTE_NAMES`. The binding keeps each name that it meets in a
 * set of the whole process (`ATTR_NAME_SET` in its tfjs_backend.cc) without a lock: two threads that meet a
 * new name at once break the set, and with it the process. A known name is only read.
 *
 * Call it on one thread after the other, before any thread computes while others do.
 *
 * @throws {Error} If the binding fails in any way but by refusing the attribute's type.
 */
export function internAttributeNames(binding: Pick<NodeBackend["binding"], "executeOp">): void {
  for (const name of ATTRIBUTE_NAMES) {
    try {
      // No attribute has this type: the binding keeps the name, then refuses the call.
      binding.executeOp("NoOp", [{ name, type: NO_TYPE, value: 0 }], [], 0);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith(REFUSAL))) throw error;
    }
  }
}
