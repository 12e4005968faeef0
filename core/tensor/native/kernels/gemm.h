// Products of row-major matrices, by Eigen's kernels.

#pragma once

#define EIGEN_DONT_PARALLELIZE
#define EIGEN_MPL2_ONLY
// Nothing here is half precision, and Eigen's code for it does not compile with every compiler that has it.
#undef __AVX512FP16__
#include "Eigen/Core"

namespace table {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::Matrix<float, 1, Eigen::Dynamic>;

inline Eigen::Map<const Matrix> matrix(const float* data, int64_t rows, int64_t columns) {
  return Eigen::Map<const Matrix>(data, rows, columns);
}

inline Eigen::Map<Matrix> matrix(float* data, int64_t rows, int64_t columns) {
  return Eigen::Map<Matrix>(data, rows, columns);
}

}  // namespace table
