// Element by element: activations, dropout, rows of a table, box refinement.

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dropout.h"
#include "layers.h"
#include "op.h"
#include "simd.h"

namespace table {
namespace {

// Applies f(i, lanes in) -> lanes out over n floats, the last ones padded with zeros.
template <typename F>
void map(int64_t n, float* to, F f) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(to + i, f(i, kLanes));
  if (i < n) store_part(to + i, f(i, n - i), n - i);
}

Lanes read(const float* from, int64_t count) { return count == kLanes ? load(from) : load_part(from, count); }

}  // namespace

void gelu_values(const float* x, float* y, int64_t n) {
  map(n, y, [x](int64_t i, int64_t count) {
    Lanes cdf, density;
    const Lanes v = read(x + i, count);
    normal(v, &cdf, &density);
    return v * cdf;
  });
}

namespace {

// x -> x Phi(x).
void gelu(Call& call) {
  float* y = call.output(0, call[0]);
  if (y != nullptr) gelu_values(call[0].floats(), y, call[0].size());
}

// dy, x -> dy (Phi(x) + x phi(x)).
void gelu_grad(Call& call) {
  const float *dy = call[0].floats(), *x = call[1].floats();
  if (!call.fits(call[0].size() == call[1].size())) return;
  float* dx = call.output(0, call[1]);
  if (dx == nullptr) return;
  map(call[1].size(), dx, [dy, x](int64_t i, int64_t count) {
    Lanes cdf, density;
    const Lanes v = read(x + i, count);
    normal(v, &cdf, &density);
    return read(dy + i, count) * (cdf + v * density);
  });
}

// dy, y, params [bits of scale] -> dy scale where y > 0: back through a ReLU, and a dropout after it.
void relu_grad(Call& call) {
  const float *dy = call[0].floats(), *y = call[1].floats();
  float scale;
  std::memcpy(&scale, call[2].data, sizeof(scale));
  const int64_t n = call[1].size();
  if (!call.fits(call[0].size() == n)) return;
  float* dx = call.output(0, call[1]);
  if (dx == nullptr) return;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) dx[i] = y[i] > 0.0f ? dy[i] * scale : 0.0f;
}

// x, add?, params [dropout stream] -> dropout(x) + add.
void dropout(Call& call) {
  const float* x = call[0].floats();
  const float* add = call[1].empty() ? nullptr : call[1].floats();
  const int64_t n = call[0].size();
  if (!call.fits(call[2].size() == 6 && (add == nullptr || call[1].size() == n))) return;
  DropoutStream stream = DropoutStream::from(call[2].ints());
  float* y = call.output(0, call[0]);
  if (y == nullptr) return;
  for (int64_t i = 0; i < n; i++) y[i] = x[i] * stream.next();
  if (add == nullptr) return;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) y[i] += add[i];
}

// a, b -> a + b.
void add(Call& call) {
  const float *a = call[0].floats(), *b = call[1].floats();
  const int64_t n = call[0].size();
  if (!call.fits(call[1].size() == n)) return;
  float* y = call.output(0, call[0]);
  if (y == nullptr) return;
#pragma omp simd
  for (int64_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

// True if T indices name rows of K.
bool rows_exist(const Array& index, int64_t T, int64_t K) {
  if (index.size() != T) return false;
  return std::all_of(index.ints(), index.ints() + T, [K](int32_t row) { return row >= 0 && row < K; });
}

// x (T, N), table (K, N), index (T) -> x + table[index].
void add_rows(Call& call) {
  const float *x = call[0].floats(), *rows = call[1].floats();
  const int64_t T = call[0].dim(0), N = call[0].dim(1);
  if (!call.fits(call[0].rank == 2 && call[1].rank == 2 && call[1].dim(1) == N && rows_exist(call[2], T, call[1].dim(0)))) {
    return;
  }
  float* y = call.output(0, call[0]);
  if (y == nullptr) return;
  for (int64_t t = 0; t < T; t++) {
    const float* row = rows + call[2].ints()[t] * N;
#pragma omp simd
    for (int64_t n = 0; n < N; n++) y[t * N + n] = x[t * N + n] + row[n];
  }
}

// dy (T, N), index (T), params [K] -> dtable (K, N).
void add_rows_grad(Call& call) {
  const float* dy = call[0].floats();
  const int64_t T = call[0].dim(0), N = call[0].dim(1);
  if (!call.fits(call[0].rank == 2 && rows_exist(call[1], T, call[2].ints()[0]))) return;
  float* rows = call.zeros(0, {call[2].ints()[0], N});
  if (rows == nullptr) return;
  for (int64_t t = 0; t < T; t++) {
    float* row = rows + call[1].ints()[t] * N;
#pragma omp simd
    for (int64_t n = 0; n < N; n++) row[n] += dy[t * N + n];
  }
}

// Fractions are clamped this far from 0 and 1 before their logit is taken.
constexpr double kLogitEps = 1e-5;

// delta (N, 4), box (N, 2 | 4) -> sigmoid(delta + logit(box)), size from delta alone where box is a centre.
void refine_box(Call& call) {
  const float *delta = call[0].floats(), *box = call[1].floats();
  const int64_t N = call[0].dim(0), known = call[1].dim(1);
  if (!call.fits(call[0].rank == 2 && call[0].dim(1) == 4 && call[1].rank == 2 && call[1].dim(0) == N)) return;
  float* y = call.output(0, call[0]);
  if (y == nullptr) return;
  for (int64_t i = 0; i < 4 * N; i++) {
    double base = 0;
    if (i % 4 < known) {
      const double x = std::min(std::max<double>(box[i / 4 * known + i % 4], 0.0), 1.0);
      base = std::log(std::max(x, kLogitEps) / std::max(1 - x, kLogitEps));
    }
    y[i] = static_cast<float>(1 / (1 + std::exp(-(delta[i] + base))));
  }
}

// dy, y, box -> ddelta, dbox.
void refine_box_grad(Call& call) {
  const float *dy = call[0].floats(), *y = call[1].floats(), *box = call[2].floats();
  const int64_t N = call[1].dim(0), known = call[2].dim(1);
  if (!call.fits(call[1].size() == 4 * N && call[0].size() == 4 * N && call[2].rank == 2 && call[2].dim(0) == N)) return;
  float* ddelta = call.output(0, call[1]);
  float* dbox = call.output(1, call[2]);
  if (dbox == nullptr) return;
  for (int64_t i = 0; i < 4 * N; i++) {
    const double g = static_cast<double>(dy[i]) * y[i] * (1 - static_cast<double>(y[i]));
    ddelta[i] = static_cast<float>(g);
    if (i % 4 >= known) continue;
    const double x = box[i / 4 * known + i % 4];
    const double slope = x < 0 || x > 1 ? 0 : (x >= kLogitEps ? 1 / x : 0) + (1 - x >= kLogitEps ? 1 / (1 - x) : 0);
    dbox[i / 4 * known + i % 4] = static_cast<float>(g * slope);
  }
}

}  // namespace

const Operation kElementwiseOperations[] = {
    {"TableGelu", "f", 1, gelu},
    {"TableGeluGrad", "ff", 1, gelu_grad},
    {"TableReluGrad", "ffi", 1, relu_grad},
    {"TableDropout", "ffi", 1, dropout},
    {"TableAdd", "ff", 1, add},
    {"TableAddRows", "ffi", 1, add_rows},
    {"TableAddRowsGrad", "fii", 1, add_rows_grad},
    {"TableRefineBox", "ff", 1, refine_box},
    {"TableRefineBoxGrad", "fff", 2, refine_box_grad},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
