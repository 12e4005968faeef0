// Softmax over short groups, and self-attention among the few queries of a sheet (arXiv 1706.03762).

#include <algorithm>
#include <cmath>
#include <cstring>

#include "dropout.h"
#include "gemm.h"
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
  float* y = call.output(0, call[0]);
  if (y != nullptr) softmax_groups(call[0].floats(), y, call[0].size() / N, N);
}

// dy, y -> dx.
void softmax_grad(Call& call) {
  const int64_t N = call[1].dim(-1);
  float* dx = call.output(0, call[1]);
  if (dx != nullptr) softmax_grad_groups(call[0].floats(), call[1].floats(), dx, call[1].size() / N, N);
}

// One head of one sheet in an array (B Q, M d): Q rows of d, M d apart.
using HeadStride = Eigen::OuterStride<>;
Eigen::Map<const Matrix, 0, HeadStride> head(const float* data, int64_t Q, int64_t d, int64_t D) {
  return {data, Q, d, HeadStride(D)};
}
Eigen::Map<Matrix, 0, HeadStride> head(float* data, int64_t Q, int64_t d, int64_t D) {
  return {data, Q, d, HeadStride(D)};
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

// The weights after dropout, in scratch space; without dropout they are the weights themselves.
const float* dropped(const float* weights, const Sizes& s) {
  if (!s.drops) return weights;
  const int64_t n = s.B * s.M * s.Q * s.Q;
  float* result = scratch(0, n);
  DropoutStream stream = DropoutStream::from(s.stream);
  for (int64_t i = 0; i < n; i++) result[i] = weights[i] * stream.next();
  return result;
}

// qkv (3, B Q, D), params -> y (B Q, D), weights (B, M, Q, Q) before dropout.
void self_attention(Call& call) {
  const Sizes s(call[0], call[1]);
  const float* qkv = call[0].floats();
  float* y = call.output(0, {s.T, s.D});
  float* weights = call.output(1, {s.B, s.M, s.Q, s.Q});
  if (weights == nullptr) return;
  const float scale = 1.0f / std::sqrt(static_cast<float>(s.d));
  const int64_t block = s.T * s.D;
  for (int64_t i = 0; i < s.B * s.M; i++) {
    const int64_t at = i / s.M * s.Q * s.D + i % s.M * s.d;
    const auto q = head(qkv + at, s.Q, s.d, s.D), k = head(qkv + block + at, s.Q, s.d, s.D);
    matrix(weights + i * s.Q * s.Q, s.Q, s.Q).noalias() = scale * (q * k.transpose());
  }
  softmax_groups(weights, weights, s.B * s.M * s.Q, s.Q);
  const float* read = dropped(weights, s);
  for (int64_t i = 0; i < s.B * s.M; i++) {
    const int64_t at = i / s.M * s.Q * s.D + i % s.M * s.d;
    const auto v = head(qkv + 2 * block + at, s.Q, s.d, s.D);
    head(y + at, s.Q, s.d, s.D).noalias() = matrix(read + i * s.Q * s.Q, s.Q, s.Q) * v;
  }
}

// dy, qkv, weights, params -> dqkv (3, B Q, D).
void self_attention_grad(Call& call) {
  const Sizes s(call[1], call[3]);
  const float *dy = call[0].floats(), *qkv = call[1].floats(), *weights = call[2].floats();
  float* dqkv = call.output(0, call[1]);
  if (dqkv == nullptr) return;
  const float scale = 1.0f / std::sqrt(static_cast<float>(s.d));
  const int64_t block = s.T * s.D, n = s.B * s.M * s.Q * s.Q;
  const float* read = dropped(weights, s);
  float* dweights = scratch(1, n);
  for (int64_t i = 0; i < s.B * s.M; i++) {
    const int64_t at = i / s.M * s.Q * s.D + i % s.M * s.d;
    const auto g = head(dy + at, s.Q, s.d, s.D), v = head(qkv + 2 * block + at, s.Q, s.d, s.D);
    matrix(dweights + i * s.Q * s.Q, s.Q, s.Q).noalias() = g * v.transpose();
    head(dqkv + 2 * block + at, s.Q, s.d, s.D).noalias() =
        matrix(read + i * s.Q * s.Q, s.Q, s.Q).transpose() * g;
  }
  if (s.drops) {
    DropoutStream stream = DropoutStream::from(s.stream);
    for (int64_t i = 0; i < n; i++) dweights[i] *= stream.next();
  }
  softmax_grad_groups(dweights, weights, dweights, s.B * s.M * s.Q, s.Q);
  for (int64_t i = 0; i < s.B * s.M; i++) {
    const int64_t at = i / s.M * s.Q * s.D + i % s.M * s.d;
    const auto q = head(qkv + at, s.Q, s.d, s.D), k = head(qkv + block + at, s.Q, s.d, s.D);
    const auto dlogits = matrix(static_cast<const float*>(dweights) + i * s.Q * s.Q, s.Q, s.Q);
    head(dqkv + at, s.Q, s.d, s.D).noalias() = scale * (dlogits * k);
    head(dqkv + block + at, s.Q, s.d, s.D).noalias() = scale * (dlogits.transpose() * q);
  }
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
