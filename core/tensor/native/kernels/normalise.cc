// Layer normalisation over the last axis (arXiv 1607.06450), and global response normalisation over a map
// (arXiv 2301.00808).

#include <algorithm>
#include <cmath>
#include <cstring>

#include "layers.h"
#include "op.h"
#include "simd.h"

namespace table {
namespace {

constexpr float kGrnEps = 1e-6f;

float dot_sum(const float* x, int64_t n) {
  Lanes total = {};
  float rest = 0;
  each(n, [&](int64_t i) { total += load(x + i); }, [&](int64_t i) { rest += x[i]; });
  return sum(total) + rest;
}

}  // namespace

void layer_norm_rows(const float* x, const float* gamma, const float* beta, float eps, float* y, float* stats, int64_t T,
                     int64_t N) {
  for (int64_t t = 0; t < T; t++, x += N, y += N, stats += 2) {
    const float mean = dot_sum(x, N) / N;
    Lanes squares = {};
    float rest = 0;
    each(
        N,
        [&](int64_t i) {
          const Lanes d = load(x + i) - mean;
          squares += d * d;
        },
        [&](int64_t i) { rest += (x[i] - mean) * (x[i] - mean); });
    const float rate = 1.0f / std::sqrt((sum(squares) + rest) / N + eps);
    stats[0] = mean;
    stats[1] = rate;
    each(
        N, [&](int64_t i) { store(y + i, (load(x + i) - mean) * rate * load(gamma + i) + load(beta + i)); },
        [&](int64_t i) { y[i] = (x[i] - mean) * rate * gamma[i] + beta[i]; });
  }
}

namespace {

// x (T, N), gamma, beta (N), params [bits of eps] -> y (T, N), mean and 1 / deviation (T, 2).
void layer_norm(Call& call) {
  const int64_t T = call[0].dim(0), N = call[0].dim(1);
  float eps;
  std::memcpy(&eps, call[3].data, sizeof(eps));
  if (!call.fits(call[0].rank == 2 && call[1].size() == N && call[2].size() == N)) return;
  float* y = call.output(0, {T, N});
  float* stats = call.output(1, {T, 2});
  if (stats != nullptr) layer_norm_rows(call[0].floats(), call[1].floats(), call[2].floats(), eps, y, stats, T, N);
}

// dy, x, stats, gamma -> dx, dgamma, dbeta.
void layer_norm_grad(Call& call) {
  const float *dy = call[0].floats(), *x = call[1].floats(), *stats = call[2].floats(), *gamma = call[3].floats();
  const int64_t T = call[1].dim(0), N = call[1].dim(1);
  if (!call.fits(call[1].rank == 2 && call[0].like(call[1]) && call[2].size() == 2 * T && call[3].size() == N)) return;
  float* dx = call.output(0, {T, N});
  float* dgamma = call.zeros(1, {N});
  float* dbeta = call.zeros(2, {N});
  if (dbeta == nullptr) return;
  for (int64_t t = 0; t < T; t++, x += N, dy += N, dx += N, stats += 2) {
    const float mean = stats[0], rate = stats[1];
    Lanes sums = {}, along = {};
    float sum_rest = 0, along_rest = 0;
    each(
        N,
        [&](int64_t i) {
          const Lanes d = load(dy + i), hat = (load(x + i) - mean) * rate;
          store(dgamma + i, load(dgamma + i) + d * hat);
          store(dbeta + i, load(dbeta + i) + d);
          const Lanes g = d * load(gamma + i);
          sums += g;
          along += g * hat;
        },
        [&](int64_t i) {
          const float hat = (x[i] - mean) * rate, g = dy[i] * gamma[i];
          dgamma[i] += dy[i] * hat;
          dbeta[i] += dy[i];
          sum_rest += g;
          along_rest += g * hat;
        });
    const float total = (sum(sums) + sum_rest) / N, product = (sum(along) + along_rest) / N;
    each(
        N,
        [&](int64_t i) {
          const Lanes hat = (load(x + i) - mean) * rate;
          store(dx + i, (load(dy + i) * load(gamma + i) - total - hat * product) * rate);
        },
        [&](int64_t i) { dx[i] = (dy[i] * gamma[i] - total - (x[i] - mean) * rate * product) * rate; });
  }
}

// 1 / (mean of the norms + eps).
float response_scale(const float* norm, int64_t C) { return 1.0f / (dot_sum(norm, C) / C + kGrnEps); }

}  // namespace

void grn_maps(const float* x, const float* valid, const float* gamma, const float* beta, float* y, float* norms, int64_t B,
              int64_t P, int64_t C) {
  float* factor = scratch(0, C);
  for (int64_t b = 0; b < B; b++) {
    float* norm = norms + b * C;
    const float* sheet = x + b * P * C;
    for (int64_t p = 0; p < P; p++) {
      if (valid != nullptr && valid[b * P + p] == 0.0f) continue;
      const float* row = sheet + p * C;
#pragma omp simd
      for (int64_t c = 0; c < C; c++) norm[c] += row[c] * row[c];
    }
    for (int64_t c = 0; c < C; c++) norm[c] = std::sqrt(norm[c] + kGrnEps);
    const float scale = response_scale(norm, C);
    for (int64_t c = 0; c < C; c++) factor[c] = norm[c] * scale * gamma[c] + 1.0f;
    float* to = y + b * P * C;
    for (int64_t p = 0; p < P; p++) {
#pragma omp simd
      for (int64_t c = 0; c < C; c++) to[p * C + c] = sheet[p * C + c] * factor[c] + beta[c];
    }
  }
}

namespace {

// x (B P, C), valid (B P)?, gamma, beta (C), params [B] -> y (B P, C), norms (B, C).
void grn(Call& call) {
  const float* valid = call[1].empty() ? nullptr : call[1].floats();
  const int64_t B = std::max(call[4].ints()[0], 1), C = call[0].dim(1), P = call[0].dim(0) / B;
  if (!call.fits(call[0].rank == 2 && B * P == call[0].dim(0) && call[2].size() == C && call[3].size() == C &&
                 (valid == nullptr || call[1].size() == B * P))) {
    return;
  }
  float* y = call.output(0, {B * P, C});
  float* norms = call.zeros(1, {B, C});
  if (norms != nullptr) grn_maps(call[0].floats(), valid, call[2].floats(), call[3].floats(), y, norms, B, P, C);
}

// dy, x, valid?, gamma, norms -> dx, dgamma, dbeta.
void grn_grad(Call& call) {
  const float *dy = call[0].floats(), *x = call[1].floats(), *gamma = call[3].floats(), *norms = call[4].floats();
  const float* valid = call[2].empty() ? nullptr : call[2].floats();
  const int64_t B = std::max<int64_t>(call[4].dim(0), 1), C = call[1].dim(1), P = call[1].dim(0) / B;
  if (!call.fits(call[1].rank == 2 && B * P == call[1].dim(0) && call[0].like(call[1]) && call[3].size() == C &&
                 call[4].dim(1) == C && (valid == nullptr || call[2].size() == B * P))) {
    return;
  }
  float* dx = call.output(0, {B * P, C});
  float* dgamma = call.zeros(1, {C});
  float* dbeta = call.zeros(2, {C});
  if (dbeta == nullptr) return;
  float* products = scratch(0, 3 * C);
  float *direct = products + C, *indirect = products + 2 * C;
  for (int64_t b = 0; b < B; b++) {
    const float *g = dy + b * P * C, *from = x + b * P * C, *norm = norms + b * C;
    std::memset(products, 0, C * sizeof(float));
    for (int64_t p = 0; p < P; p++) {
#pragma omp simd
      for (int64_t c = 0; c < C; c++) {
        products[c] += g[p * C + c] * from[p * C + c];
        dbeta[c] += g[p * C + c];
      }
    }
    const float scale = response_scale(norm, C);
    float shared = 0;  // the sum over channels of d(normalised) times norm
    for (int64_t c = 0; c < C; c++) {
      dgamma[c] += products[c] * norm[c] * scale;
      shared += products[c] * gamma[c] * norm[c];
    }
    const float common = shared * scale * scale / C;
    for (int64_t c = 0; c < C; c++) {
      direct[c] = norm[c] * scale * gamma[c] + 1.0f;
      indirect[c] = (products[c] * gamma[c] * scale - common) / norm[c];
    }
    float* to = dx + b * P * C;
    for (int64_t p = 0; p < P; p++) {
      const float counts = valid == nullptr ? 1.0f : valid[b * P + p];
#pragma omp simd
      for (int64_t c = 0; c < C; c++) {
        to[p * C + c] = g[p * C + c] * direct[c] + indirect[c] * from[p * C + c] * counts;
      }
    }
  }
}

}  // namespace

const Operation kNormaliseOperations[] = {
    {"TableLayerNorm", "fffi", 2, layer_norm},
    {"TableLayerNormGrad", "ffff", 3, layer_norm_grad},
    {"TableGrn", "ffffi", 2, grn},
    {"TableGrnGrad", "fffff", 3, grn_grad},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
