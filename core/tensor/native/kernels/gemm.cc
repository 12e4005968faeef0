// Products of row-major matrices, computed by Eigen.

#include "gemm.h"

#define EIGEN_DONT_PARALLELIZE
#define EIGEN_MPL2_ONLY
// Eigen's half-precision code does not compile with every compiler, and nothing here needs it.
#undef __AVX512FP16__
#include "Eigen/Core"

namespace table {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using In = Eigen::Map<const Matrix>;
using Out = Eigen::Map<Matrix>;

}  // namespace

void add_product(const float* a, const float* b, float* c, int64_t M, int64_t K, int64_t N) {
  Out(c, M, N).noalias() += In(a, M, K) * In(b, K, N);
}

void add_product_bt(const float* a, const float* b, float* c, int64_t M, int64_t K, int64_t N) {
  Out(c, M, N).noalias() += In(a, M, K) * In(b, N, K).transpose();
}

void add_product_at(const float* a, const float* b, float* c, int64_t M, int64_t K, int64_t N) {
  Out(c, M, N).noalias() += In(a, K, M).transpose() * In(b, K, N);
}

}  // namespace table
