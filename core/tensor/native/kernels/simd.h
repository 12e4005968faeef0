// Sixteen float32 at a time, in the compiler's own vector types, which it splits for processors with shorter ones.

#pragma once

#include <cstdint>

namespace table {

constexpr int kLanes = 16;

typedef float Lanes __attribute__((vector_size(4 * kLanes)));
// In memory, at any address of a float.
typedef float LooseLanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
typedef int32_t IntLanes __attribute__((vector_size(4 * kLanes)));
typedef uint32_t WordLanes __attribute__((vector_size(4 * kLanes)));

inline Lanes load(const float* from) { return *reinterpret_cast<const LooseLanes*>(from); }

inline void store(float* to, Lanes value) { *reinterpret_cast<LooseLanes*>(to) = value; }

inline Lanes splat(float value) { return Lanes{} + value; }

inline Lanes select(IntLanes where, Lanes then, Lanes otherwise) {
  return reinterpret_cast<Lanes>((where & reinterpret_cast<IntLanes>(then)) |
                                 (~where & reinterpret_cast<IntLanes>(otherwise)));
}

// Sums in pairs, in the same order for every vector length.
inline float sum(Lanes v) {
  float part[kLanes];
  *reinterpret_cast<LooseLanes*>(part) = v;
  for (int half = kLanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) part[i] += part[i + half];
  }
  return part[0];
}

// e^x to 1 ulp or two: 2^n times a polynomial on |r| <= ln 2 / 2 (Cephes' expf). Below -87 it is about 1e-38.
inline Lanes exp(Lanes x) {
  x = select(x > 88.0f, splat(88.0f), x);
  x = select(x < -87.0f, splat(-87.0f), x);
  const Lanes magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  const Lanes n = (x * 1.44269504f + magic) - magic;
  const Lanes r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Lanes p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const IntLanes exponent = (__builtin_convertvector(n, IntLanes) + 127) << 23;
  return p * reinterpret_cast<Lanes>(exponent);
}

// The standard normal distribution at x: its integral up to x (Abramowitz and Stegun 7.1.26, to 1e-7) and its density.
inline void normal(Lanes x, Lanes* cdf, Lanes* density) {
  const Lanes bell = exp(x * x * -0.5f);
  const Lanes z = select(x < 0.0f, -x, x) * 0.70710678f;
  const Lanes t = 1.0f / (z * 0.3275911f + 1.0f);
  Lanes tail = splat(1.061405429f);
  tail = tail * t - 1.453152027f;
  tail = tail * t + 1.421413741f;
  tail = tail * t - 0.284496736f;
  tail = tail * t + 0.254829592f;
  tail = tail * t * bell * 0.5f;
  *cdf = select(x < 0.0f, tail, 1.0f - tail);
  *density = bell * 0.39894228f;
}

// Calls body(i, lanes) for whole vectors of n floats and rest(i) for each float that is left.
template <typename Body, typename Rest>
inline void each(int64_t n, Body body, Rest rest) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) body(i);
  for (; i < n; i++) rest(i);
}

// The first `count` of sixteen; the others are 0.
inline Lanes load_part(const float* from, int64_t count) {
  float part[kLanes] = {};
  for (int64_t i = 0; i < count; i++) part[i] = from[i];
  return load(part);
}

inline void store_part(float* to, Lanes value, int64_t count) {
  float part[kLanes];
  store(part, value);
  for (int64_t i = 0; i < count; i++) to[i] = part[i];
}

}  // namespace table
