// Linear layers: y = x w^T + b, with the ReLU, dropout or residual that follows.

#include <algorithm>
#include <cstring>

#include "dropout.h"
#include "gemm.h"
#include "layers.h"
#include "op.h"
#include "simd.h"

namespace table {

void linear_rows(const float* x, const float* w, const float* b, const float* residual, float* y, int64_t T, int64_t I,
                 int64_t O) {
  for (int64_t t = 0; t < T; t++) {
    float* row = y + t * O;
    if (residual == nullptr) {
      std::memcpy(row, b, O * sizeof(float));
    } else {
      for (int64_t o = 0; o < O; o++) row[o] = b[o] + residual[t * O + o];
    }
  }
  add_product_bt(x, w, y, T, I, O);
}

namespace {

// sum (N) over the rows of x (T, N), row after row.
void sum_rows(const float* x, float* sum, int64_t T, int64_t N) {
  std::memset(sum, 0, N * sizeof(float));
  for (int64_t t = 0; t < T; t++) {
    const float* row = x + t * N;
#pragma omp simd
    for (int64_t n = 0; n < N; n++) sum[n] += row[n];
  }
}

void grad_weight(const float* dy, const float* x, float* dw, float* db, int64_t T, int64_t I, int64_t O) {
  std::memset(dw, 0, O * I * sizeof(float));
  add_product_at(dy, x, dw, O, T, I);
  sum_rows(dy, db, T, O);
}

// x, w, b, residual?, params [relu, drops, dropout stream] -> y.
void linear(Call& call) {
  const Array &x = call[0], &w = call[1], &residual = call[3];
  const int32_t* params = call[4].ints();
  const int64_t T = x.dim(0), I = x.dim(1), O = w.dim(0);
  if (!call.fits(x.rank == 2 && w.size() == O * I && call[2].size() == O && call[4].size() == 8 &&
                 (residual.empty() || residual.size() == T * O))) {
    return;
  }
  float* y = call.output(0, {T, O});
  if (y == nullptr) return;
  linear_rows(x.floats(), w.floats(), call[2].floats(), residual.empty() ? nullptr : residual.floats(), y, T, I, O);
  if (params[0]) {
#pragma omp simd
    for (int64_t i = 0; i < T * O; i++) y[i] = y[i] > 0.0f ? y[i] : 0.0f;
  }
  if (params[1]) {
    DropoutStream stream = DropoutStream::from(params + 2);
    for (int64_t i = 0; i < T * O; i++) y[i] *= stream.next();
  }
}

// dy, w -> dx.
void linear_grad_input(Call& call) {
  const Array &dy = call[0], &w = call[1];
  const int64_t T = dy.dim(0), O = dy.dim(1), I = w.dim(1);
  if (!call.fits(dy.rank == 2 && w.rank == 2 && w.dim(0) == O)) return;
  float* dx = call.zeros(0, {T, I});
  if (dx != nullptr) add_product(dy.floats(), w.floats(), dx, T, O, I);
}

// dy, x -> dw, db.
void linear_grad_weight(Call& call) {
  const Array &dy = call[0], &x = call[1];
  const int64_t T = dy.dim(0), O = dy.dim(1), I = x.dim(1);
  if (!call.fits(dy.rank == 2 && x.rank == 2 && x.dim(0) == T)) return;
  float* dw = call.output(0, {O, I});
  float* db = call.output(1, {O});
  if (db != nullptr) grad_weight(dy.floats(), x.floats(), dw, db, T, I, O);
}

// query (T, D), value (T, D), w (3 D, D), b (3 D) -> (3, T, D): queries and keys of `query`, values of `value`.
void in_projection(Call& call) {
  const int64_t T = call[0].dim(0), D = call[0].dim(1);
  if (!call.fits(call[0].rank == 2 && call[1].like(call[0]) && call[2].size() == 3 * D * D &&
                 call[3].size() == 3 * D)) {
    return;
  }
  float* y = call.output(0, {3, T, D});
  if (y == nullptr) return;
  for (int part = 0; part < 3; part++) {
    linear_rows(call[part < 2 ? 0 : 1].floats(), call[2].floats() + part * D * D, call[3].floats() + part * D, nullptr,
                y + part * T * D, T, D, D);
  }
}

// dy (3, T, D), query, value, w -> dquery, dvalue, dw, db.
void in_projection_grad(Call& call) {
  const float *dy = call[0].floats(), *w = call[3].floats();
  const int64_t T = call[1].dim(0), D = call[1].dim(1);
  if (!call.fits(call[1].rank == 2 && call[2].like(call[1]) && call[0].size() == 3 * T * D &&
                 call[3].size() == 3 * D * D)) {
    return;
  }
  float* dquery = call.zeros(0, {T, D});
  float* dvalue = call.zeros(1, {T, D});
  float* dw = call.output(2, {3 * D, D});
  float* db = call.output(3, {3 * D});
  if (db == nullptr) return;
  for (int part = 0; part < 3; part++) {
    add_product(dy + part * T * D, w + part * D * D, part < 2 ? dquery : dvalue, T, D, D);
    grad_weight(dy + part * T * D, call[part < 2 ? 1 : 2].floats(), dw + part * D * D, db + part * D, T, D, D);
  }
}

}  // namespace

const Operation kLinearOperations[] = {
    {"TableLinear", "ffffi", 1, linear},
    {"TableLinearGradInput", "ff", 1, linear_grad_input},
    {"TableLinearGradWeight", "ff", 2, linear_grad_weight},
    {"TableInProjection", "ffff", 1, in_projection},
    {"TableInProjectionGrad", "ffff", 4, in_projection_grad},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
