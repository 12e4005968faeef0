// Convolutions over maps (B, H, W, C), channels last.

#include <algorithm>
#include <cstring>

#include "layers.h"
#include "op.h"
#include "simd.h"

namespace table {
namespace {

// The cells under a 3x3 kernel that lie inside the map: offsets in cells, and the tap of each.
struct Neighbours {
  int count = 0;
  int64_t cell[9];
  int tap[9];
};

Neighbours neighbours(int64_t row, int64_t column, int64_t H, int64_t W) {
  Neighbours result;
  for (int64_t i = std::max<int64_t>(row - 1, 0); i <= std::min(row + 1, H - 1); i++) {
    for (int64_t j = std::max<int64_t>(column - 1, 0); j <= std::min(column + 1, W - 1); j++) {
      result.cell[result.count] = i * W + j;
      result.tap[result.count++] = static_cast<int>((i - row + 1) * 3 + j - column + 1);
    }
  }
  return result;
}

}  // namespace

void depthwise_maps(const float* x, const float* w, const float* b, bool flipped, float* y, int64_t B, int64_t H,
                    int64_t W, int64_t C) {
  float* taps = scratch(0, 10 * C);
  float* bias = taps + 9 * C;
  for (int64_t c = 0; c < C; c++) {
    for (int k = 0; k < 9; k++) taps[k * C + c] = w[c * 9 + (flipped ? 8 - k : k)];
    bias[c] = b == nullptr ? 0.0f : b[c];
  }
  for (int64_t sheet = 0; sheet < B; sheet++) {
    const float* map = x + sheet * H * W * C;
    for (int64_t row = 0; row < H; row++) {
      for (int64_t column = 0; column < W; column++, y += C) {
        const Neighbours near = neighbours(row, column, H, W);
        each(
            C,
            [&](int64_t c) {
              Lanes total = load(bias + c);
              for (int k = 0; k < near.count; k++) {
                total += load(map + near.cell[k] * C + c) * load(taps + near.tap[k] * C + c);
              }
              store(y + c, total);
            },
            [&](int64_t c) {
              float total = bias[c];
              for (int k = 0; k < near.count; k++) total += map[near.cell[k] * C + c] * taps[near.tap[k] * C + c];
              y[c] = total;
            });
      }
    }
  }
}

namespace {

// x (B, H, W, C), w (C, 1, 3, 3), b (C)?, params [flipped] -> y (B, H, W, C), zero padding 1. Flipped it is its own gradient
// with respect to the input.
void depthwise(Call& call) {
  const Array& x = call[0];
  const int64_t C = x.dim(3);
  if (!call.fits(x.rank == 4 && call[1].size() == 9 * C && (call[2].empty() || call[2].size() == C))) return;
  float* y = call.output(0, x);
  if (y == nullptr) return;
  const float* b = call[2].empty() ? nullptr : call[2].floats();
  depthwise_maps(x.floats(), call[1].floats(), b, call[3].ints()[0] != 0, y, x.dim(0), x.dim(1), x.dim(2), C);
}

// dy, x (B, H, W, C) -> dw (C, 1, 3, 3), db (C).
void depthwise_grad_weight(Call& call) {
  const Array& x = call[1];
  const int64_t B = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3);
  if (!call.fits(x.rank == 4 && call[0].like(x))) return;
  float* dw = call.output(0, {C, 1, 3, 3});
  float* db = call.zeros(1, {C});
  if (db == nullptr) return;
  const float* dy = call[0].floats();
  for (int64_t at = 0; at < B * H * W * C; at += C) {
#pragma omp simd
    for (int64_t c = 0; c < C; c++) db[c] += dy[at + c];
  }
  // A block of channels at a time, its nine sums in registers along each row of the map.
  for (int64_t c = 0; c < C; c += kLanes) {
    const int64_t lanes = std::min<int64_t>(kLanes, C - c);
    const bool whole = lanes == kLanes;
    const auto at = [&](const float* from) { return whole ? load(from) : load_part(from, lanes); };
    Lanes taps[9] = {};
    for (int64_t b = 0; b < B; b++) {
      const float* map = x.floats() + b * H * W * C + c;
      const float* gradient = dy + b * H * W * C + c;
      for (int64_t row = 0; row < H; row++) {
        for (int64_t column = 0; column < W; column++) {
          const Lanes g = at(gradient + (row * W + column) * C);
          if (row > 0 && row + 1 < H && column > 0 && column + 1 < W) {
            const float* from = map + ((row - 1) * W + column - 1) * C;
            for (int i = 0; i < 3; i++) {
              for (int j = 0; j < 3; j++) taps[i * 3 + j] += g * at(from + (i * W + j) * C);
            }
          } else {
            const Neighbours near = neighbours(row, column, H, W);
            for (int k = 0; k < near.count; k++) taps[near.tap[k]] += g * at(map + near.cell[k] * C);
          }
        }
      }
    }
    for (int k = 0; k < 9; k++) {
      float part[kLanes];
      store(part, taps[k]);
      for (int64_t i = 0; i < lanes; i++) dw[(c + i) * 9 + k] = part[i];
    }
  }
}

// Sizes of an unfolding: params [kernel, stride, padding, rows, columns].
struct Window {
  int64_t K, stride, padding, rows, columns;

  explicit Window(const int32_t* params)
      : K(params[0]), stride(params[1]), padding(params[2]), rows(params[3]), columns(params[4]) {}
};

// Calls inside(cell, tap) or outside(tap) for every tap of every place, place after place.
template <typename Inside, typename Outside, typename Next>
void each_tap(const Window& window, int64_t H, int64_t W, Inside inside, Outside outside, Next next) {
  for (int64_t r = 0; r < window.rows; r++) {
    for (int64_t c = 0; c < window.columns; c++) {
      for (int64_t i = 0; i < window.K; i++) {
        for (int64_t j = 0; j < window.K; j++) {
          const int64_t row = r * window.stride + i - window.padding;
          const int64_t column = c * window.stride + j - window.padding;
          const int64_t tap = i * window.K + j;
          if (row < 0 || row >= H || column < 0 || column >= W) {
            outside(tap);
          } else {
            inside(row * W + column, tap);
          }
        }
      }
      next();
    }
  }
}

// x (B, H, W, C), params -> (B h w, C K K): the cells under the kernel, each row in the order of the weights.
void unfold(Call& call) {
  const Array& x = call[0];
  const Window window(call[1].ints());
  const int64_t B = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3), taps = window.K * window.K;
  if (!call.fits(x.rank == 4 && call[1].size() == 5)) return;
  float* y = call.output(0, {B * window.rows * window.columns, C * taps});
  if (y == nullptr) return;
  for (int64_t b = 0; b < B; b++) {
    const float* map = x.floats() + b * H * W * C;
    each_tap(
        window, H, W,
        [&](int64_t cell, int64_t tap) {
          for (int64_t c = 0; c < C; c++) y[c * taps + tap] = map[cell * C + c];
        },
        [&](int64_t tap) {
          for (int64_t c = 0; c < C; c++) y[c * taps + tap] = 0.0f;
        },
        [&] { y += C * taps; });
  }
}

// dy (B h w, C K K), params [window, B, H, W, C] -> dx (B, H, W, C).
void fold(Call& call) {
  const Window window(call[1].ints());
  const int32_t* shape = call[1].ints() + 5;
  const int64_t B = shape[0], H = shape[1], W = shape[2], C = shape[3], taps = window.K * window.K;
  if (!call.fits(call[1].size() == 9 && call[0].size() == B * window.rows * window.columns * C * taps)) return;
  float* dx = call.zeros(0, {B, H, W, C});
  if (dx == nullptr) return;
  const float* dy = call[0].floats();
  for (int64_t b = 0; b < B; b++) {
    float* map = dx + b * H * W * C;
    each_tap(
        window, H, W,
        [&](int64_t cell, int64_t tap) {
          for (int64_t c = 0; c < C; c++) map[cell * C + c] += dy[c * taps + tap];
        },
        [](int64_t) {}, [&] { dy += C * taps; });
  }
}

}  // namespace

const Operation kConvolutionOperations[] = {
    {"TableDepthwise", "fffi", 1, depthwise},
    {"TableDepthwiseGradWeight", "ff", 2, depthwise_grad_weight},
    {"TableUnfold", "fi", 1, unfold},
    {"TableFold", "fi", 1, fold},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
