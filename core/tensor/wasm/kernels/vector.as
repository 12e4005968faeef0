// Vector helpers of the kernels. Lanes are four float32.

/**
 * 1.5 · 2^23. Added to a float32 of at most 2^22, it rounds it to an integer that stands in the low bits of the sum. This is
 * several times as fast as a conversion that has to saturate.
 */
export const MAGIC: f32 = 12582912;
export const MAGIC_BITS: i32 = 0x4b400000;

// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * x between two limits; NaN stays NaN. The pseudo-minimum is one instruction of x86, the minimum of WebAssembly eight, as
 * its rules for NaN and −0 differ from the processor's.
 */
// @ts-ignore: decorator
@inline
export function clamp4(x: v128, least: f32, most: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, f32x4.splat(most)), f32x4.splat(least));
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sum4(a: v128): f32 {
  const pair = f32x4.add(a, v128.shuffle<f32>(a, a, 2, 3, 0, 1));
  return f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1);
}

/** [Σ a, Σ b, …]: the first two lanes hold the sums. */
// @ts-ignore: decorator
@inline
export function sums2(a: v128, b: v128): v128 {
  const halves = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  return f32x4.add(halves, v128.shuffle<f32>(halves, halves, 2, 3, 0, 1));
}

/** e^x, relative error below 2e-7; Cephes' expf: 2^n times a polynomial of degree 6 in the rest. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = clamp4(x, -87.0, 88.0);
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let y = f32x4.splat(1.9875691500e-4);
  y = madd(y, r, f32x4.splat(1.3981999507e-3));
  y = madd(y, r, f32x4.splat(8.3334519073e-3));
  y = madd(y, r, f32x4.splat(4.1665795894e-2));
  y = madd(y, r, f32x4.splat(1.6666665459e-1));
  y = madd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(madd(y, f32x4.mul(r, r), r), f32x4.splat(1.0));
  const power = i32x4.shl(i32x4.sub(f32x4.add(n, f32x4.splat(MAGIC)), i32x4.splat(MAGIC_BITS - 127)), 23);
  return f32x4.mul(y, power);
}

/** erf(x), absolute error below 5e-7: the odd rational minimax approximation on [-4, 4] that Eigen uses for float32. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  x = clamp4(x, -4.0, 4.0);
  const s = f32x4.mul(x, x);
  let p = f32x4.splat(-2.72614225801306e-10);
  p = madd(p, s, f32x4.splat(2.77068142495902e-8));
  p = madd(p, s, f32x4.splat(-2.10102402082508e-6));
  p = madd(p, s, f32x4.splat(-5.69250639462346e-5));
  p = madd(p, s, f32x4.splat(-7.34990630326855e-4));
  p = madd(p, s, f32x4.splat(-2.95459980854025e-3));
  p = madd(p, s, f32x4.splat(-1.60960333262415e-2));
  let q = f32x4.splat(-1.45660718464996e-5);
  q = madd(q, s, f32x4.splat(-2.13374055278905e-4));
  q = madd(q, s, f32x4.splat(-1.68282697438203e-3));
  q = madd(q, s, f32x4.splat(-7.37332916720468e-3));
  q = madd(q, s, f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(f32x4.mul(x, p), q);
}
