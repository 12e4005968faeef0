// The layers that operations of their own and the block of the network have in common. All arrays are row-major.

#pragma once

#include <cstdint>

namespace table {

// y (T, O) = x (T, I) w (O, I)^T + b (O) [+ residual (T, O)]; residual may be null.
void linear_rows(const float* x, const float* w, const float* b, const float* residual, float* y, int64_t T, int64_t I,
                 int64_t O);

// Layer normalisation of the rows of x (T, N); stats (T, 2) receives mean and 1 / deviation. x and y may be the same.
void layer_norm_rows(const float* x, const float* gamma, const float* beta, float eps, float* y, float* stats, int64_t T,
                     int64_t N);

// y = x Phi(x) of n values; x and y may be the same.
void gelu_values(const float* x, float* y, int64_t n);

// Depthwise 3x3 convolution of x (B, H, W, C) with w (C, 1, 3, 3), zero padding 1; b (C) may be null.
void depthwise_maps(const float* x, const float* w, const float* b, bool flipped, float* y, int64_t B, int64_t H,
                    int64_t W, int64_t C);

// Global response normalisation of x (B P, C); norms (B, C) start as zeros; valid (B P) may be null. x and y may be the same.
void grn_maps(const float* x, const float* valid, const float* gamma, const float* beta, float* y, float* norms, int64_t B,
              int64_t P, int64_t C);

}  // namespace table
