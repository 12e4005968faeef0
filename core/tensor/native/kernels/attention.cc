// Softmax over short groups, and self-attention among the few queries of a sheet (arXiv 1706.03762).

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dropout.h"
#include "op.h"
#include "simd.h"

namespace table {
namespace {

// y = softmax over each of G groups of N; x and y may be the same.
void softmax_groups(const float* x, float* y, int64_t G, int64_t N) {
  for (int64_t g = 0; g < G; g++, x += N, y += N) {
    const float top = *std::max_element(x, x + N);
    float total = 0;
    for (int64_t i = 0; i < N; i += kLanes) {
      const int64_t count = std::min<int64_t>(kLanes, N - i);
      const Lanes e = exp((count == kLanes ? load(x + i) : load_part(x + i, count)) - top);
      store_part(y + i, e, count);
      for (int64_t k = 0; k < count; k++) total += y[i + k];
    }
    const float scale = 1.0f / total;
    for (int64_t i = 0; i < N; i++) y[i] *= scale;
  }
}

// dx = y (dy - the sum of dy y) in each group; dx may be dy.
void softmax_grad_groups(const float* dy, const float* y, float* dx, int64_t G, int64_t N) {
  for (int64_t g = 0; g < G; g++, dy += N, y += N, dx += N) {
    float total = 0;
    for (int64_t i = 0; i < N; i++) total += dy[i] * y[i];
    for (int64_t i = 0; i < N; i++) dx[i] = y[i] * (dy[i] - total);
  }
}

void softmax(Call& call) {
  const int64_t N = call[0].dim(-1);
  if (!call.fits(call[0].rank > 0 && N > 0)) return;
  float* y = call.output(0, call[0]);
  if (y != nullptr) softmax_groups(call[0].floats(), y, call[0].size() / N, N);
}

// dy, y -> dx.
void softmax_grad(Call& call) {
  const int64_t N = call[1].dim(-1);
  if (!call.fits(call[1].rank > 0 && N > 0 && call[0].size() == call[1].size())) return;
  float* dx = call.output(0, call[1]);
  if (dx != nullptr) softmax_grad_groups(call[0].floats(), call[1].floats(), dx, call[1].size() / N, N);
}

// The dot product of n floats.
float dot(const float* a, const float* b, int64_t n) {
  Lanes total = {};
  float rest = 0;
  each(n, [&](int64_t i) { total += load(a + i) * load(b + i); }, [&](int64_t i) { rest += a[i] * b[i]; });
  return sum(total) + rest;
}

// to += factor from, over n floats.
void add_scaled(float* to, const float* from, float factor, int64_t n) {
#pragma omp simd
  for (int64_t i = 0; i < n; i++) to[i] += from[i] * factor;
}

struct Sizes {
  int64_t B, M, T, D, Q, d;
  bool drops;
  const int32_t* stream;

  // params [sheets, heads, drops, dropout stream].
  Sizes(const Array& qkv, const Array& params)
      : B(params.ints()[0]), M(params.ints()[1]), T(qkv.dim(1)), D(qkv.dim(2)), Q(T / B), d(D / M),
        drops(params.ints()[2] != 0), stream(params.ints() + 3) {}
};

bool sizes_fit(const Array& qkv, const Array& params) {
  if (qkv.rank != 3 || qkv.dim(0) != 3 || params.size() != 9) return false;
  const int64_t B = params.ints()[0], M = params.ints()[1];
  return B > 0 && M > 0 && qkv.dim(1) % B == 0 && qkv.dim(2) % M == 0;
}

// The weights after dropout, in scratch space; without dropout they are the weights themselves.
const float* dropped(const float* weights, const Sizes& s) {
  if (!s.drops) return weights;
  const int64_t n = s.B * s.M * s.Q * s.Q;
  float* result = scratch(0, n);
  DropoutStream stream = DropoutStream::from(s.stream);
  for (int64_t i = 0; i < n; i++) result[i] = weights[i] * stream.next();
  return result;
}

// Calls f(pair, q, k) for every head and every two queries of a sheet: `pair` is their place in (B, M, Q, Q), q and k are the
// places of the head's part of their rows in (B Q, D).
template <typename F>
void each_pair(const Sizes& s, F f) {
  for (int64_t i = 0, pair = 0; i < s.B * s.M; i++) {
    const int64_t at = i / s.M * s.Q * s.D + i % s.M * s.d;
    for (int64_t q = 0; q < s.Q; q++) {
      for (int64_t k = 0; k < s.Q; k++, pair++) f(pair, at + q * s.D, at + k * s.D);
    }
  }
}

// qkv (3, B Q, D), params -> y (B Q, D), weights (B, M, Q, Q) before dropout.
void self_attention(Call& call) {
  if (!call.fits(sizes_fit(call[0], call[1]))) return;
  const Sizes s(call[0], call[1]);
  const int64_t block = s.T * s.D;
  const float *query = call[0].floats(), *key = query + block, *value = key + block;
  float* y = call.zeros(0, {s.T, s.D});
  float* weights = call.output(1, {s.B, s.M, s.Q, s.Q});
  if (weights == nullptr) return;
  const float scale = 1.0f / std::sqrt(static_cast<float>(s.d));
  each_pair(s, [&](int64_t pair, int64_t q, int64_t k) { weights[pair] = scale * dot(query + q, key + k, s.d); });
  softmax_groups(weights, weights, s.B * s.M * s.Q, s.Q);
  const float* read = dropped(weights, s);
  each_pair(s, [&](int64_t pair, int64_t q, int64_t k) { add_scaled(y + q, value + k, read[pair], s.d); });
}

// dy, qkv, weights, params -> dqkv (3, B Q, D).
void self_attention_grad(Call& call) {
  if (!call.fits(sizes_fit(call[1], call[3]))) return;
  const Sizes s(call[1], call[3]);
  if (!call.fits(call[0].size() == s.T * s.D && call[2].size() == s.B * s.M * s.Q * s.Q)) return;
  const int64_t block = s.T * s.D, n = s.B * s.M * s.Q * s.Q;
  const float *dy = call[0].floats(), *weights = call[2].floats();
  const float *query = call[1].floats(), *key = query + block, *value = key + block;
  float* dquery = call.zeros(0, call[1]);
  if (dquery == nullptr) return;
  float *dkey = dquery + block, *dvalue = dkey + block;
  const float scale = 1.0f / std::sqrt(static_cast<float>(s.d));
  const float* read = dropped(weights, s);
  float* dweights = scratch(1, n);
  each_pair(s, [&](int64_t pair, int64_t q, int64_t k) {
    dweights[pair] = dot(dy + q, value + k, s.d);
    add_scaled(dvalue + k, dy + q, read[pair], s.d);
  });
  if (s.drops) {
    DropoutStream stream = DropoutStream::from(s.stream);
    for (int64_t i = 0; i < n; i++) dweights[i] *= stream.next();
  }
  softmax_grad_groups(dweights, weights, dweights, s.B * s.M * s.Q, s.Q);
  each_pair(s, [&](int64_t pair, int64_t q, int64_t k) {
    add_scaled(dquery + q, key + k, scale * dweights[pair], s.d);
    add_scaled(dkey + k, query + q, scale * dweights[pair], s.d);
  });
}

}  // namespace

const Operation kAttentionOperations[] = {
    {"TableSoftmax", "f", 1, softmax},
    {"TableSoftmaxGrad", "ff", 1, softmax_grad},
    {"TableSelfAttention", "fi", 2, self_attention},
    {"TableSelfAttentionGrad", "fffi", 1, self_attention_grad},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
