// The block of ConvNeXt V2 (arXiv 2301.00808) in one operation, for passes without a gradient.

#include <algorithm>
#include <cstring>
#include <memory>

#include "layers.h"
#include "op.h"

namespace table {
namespace {

// Rows that go through the first layer together, so that they are still in the cache for the activation.
constexpr int64_t kRows = 512;

// x (B H W, C), depthwise w (C, 1, 3, 3), b (C), norm weight, bias (C), w1 (E, C), b1 (E), valid (B H W)?, gamma (E)?,
// beta (E)?, w2 (C, E), b2 (C), params [B, H, W, bits of eps] -> y (B H W, C).
void block(Call& call) {
  const int32_t* params = call[12].ints();
  if (!call.fits(call[0].rank == 2 && call[5].rank == 2 && call[12].size() == 4)) return;
  const int64_t B = params[0], H = params[1], W = params[2], T = B * H * W, C = call[0].dim(1), E = call[5].dim(0);
  float eps;
  std::memcpy(&eps, params + 3, sizeof(eps));
  const bool responds = !call[8].empty();
  if (!call.fits(call[0].dim(0) == T && call[1].size() == 9 * C && call[2].size() == C && call[3].size() == C &&
                 call[4].size() == C && call[5].dim(1) == C && call[6].size() == E &&
                 (call[7].empty() || call[7].size() == T) &&
                 (!responds || (call[8].size() == E && call[9].size() == E)) && call[10].size() == C * E &&
                 call[11].size() == C)) {
    return;
  }
  float* y = call.output(0, call[0]);
  if (y == nullptr) return;
  const std::unique_ptr<float[]> mixed(new float[T * C]);
  const std::unique_ptr<float[]> wide(new float[T * E]);
  depthwise_maps(call[0].floats(), call[1].floats(), call[2].floats(), false, mixed.get(), B, H, W, C);
  float* stats = scratch(1, 2 * kRows);
  for (int64_t t = 0; t < T; t += kRows) {
    const int64_t rows = std::min(kRows, T - t);
    float* from = mixed.get() + t * C;
    float* to = wide.get() + t * E;
    layer_norm_rows(from, call[3].floats(), call[4].floats(), eps, from, stats, rows, C);
    linear_rows(from, call[5].floats(), call[6].floats(), nullptr, to, rows, C, E);
    gelu_values(to, to, rows * E);
  }
  if (responds) {
    float* norms = scratch(2, B * E);
    std::memset(norms, 0, B * E * sizeof(float));
    const float* valid = call[7].empty() ? nullptr : call[7].floats();
    grn_maps(wide.get(), valid, call[8].floats(), call[9].floats(), wide.get(), norms, B, H * W, E);
  }
  linear_rows(wide.get(), call[10].floats(), call[11].floats(), call[0].floats(), y, T, E, C);
}

}  // namespace

const Operation kBlockOperations[] = {
    {"TableBlockPacked", "ffffffffffffi", 1, block},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
