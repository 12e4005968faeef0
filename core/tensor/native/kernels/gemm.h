// Products of row-major matrices. Kept apart because Eigen's kernels take long to compile.

#pragma once

#include <cstdint>

namespace table {

// c (M, N) += a (M, K) b (K, N).
void add_product(const float* a, const float* b, float* c, int64_t M, int64_t K, int64_t N);

// c (M, N) += a (M, K) b (N, K)^T.
void add_product_bt(const float* a, const float* b, float* c, int64_t M, int64_t K, int64_t N);

// c (M, N) += a (K, M)^T b (K, N).
void add_product_at(const float* a, const float* b, float* c, int64_t M, int64_t K, int64_t N);

}  // namespace table
