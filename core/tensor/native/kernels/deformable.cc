// Multi-scale deformable attention (arXiv 2010.04159). Letters: B sheets, S tokens over all levels, Q queries, M heads,
// d channels per head, L levels, P points. `sizes` (L, 2) are rows and columns.

#include <cmath>
#include <cstring>

#include "op.h"
#include "simd.h"

namespace table {
namespace {

// Half a box is P steps long.
void steps(const float* at, const int32_t* size, int64_t P, bool box, float* dx, float* dy) {
  *dx = box ? at[2] * 0.5f / P : 1.0f / size[1];
  *dy = box ? at[3] * 0.5f / P : 1.0f / size[0];
}

bool places_fit(const Array& offsets, const Array& ref, const Array& sizes) {
  return offsets.rank == 6 && offsets.dim(5) == 2 && ref.rank == 4 && ref.dim(0) == offsets.dim(0) &&
         ref.dim(1) == offsets.dim(1) && ref.dim(2) == offsets.dim(3) && (ref.dim(3) == 2 || ref.dim(3) == 4) &&
         sizes.size() == 2 * offsets.dim(3);
}

// offsets (B, Q, M, L, P, 2), ref (B, Q, L, 2 | 4), sizes -> loc like offsets, (x, y) in fractions of the map.
void sampling_locations(Call& call) {
  const Array &offsets = call[0], &ref = call[1];
  const int64_t N = offsets.dim(0) * offsets.dim(1), M = offsets.dim(2), L = offsets.dim(3), P = offsets.dim(4);
  const int64_t corners = ref.dim(3);
  if (!call.fits(places_fit(offsets, ref, call[2]))) return;
  float* loc = call.output(0, offsets);
  if (loc == nullptr) return;
  const float* offset = offsets.floats();
  for (int64_t n = 0; n < N; n++) {
    for (int64_t m = 0; m < M; m++) {
      for (int64_t l = 0; l < L; l++) {
        const float* at = ref.floats() + (n * L + l) * corners;
        float dx, dy;
        steps(at, call[2].ints() + 2 * l, P, corners == 4, &dx, &dy);
        for (int64_t p = 0; p < P; p++, offset += 2, loc += 2) {
          loc[0] = at[0] + offset[0] * dx;
          loc[1] = at[1] + offset[1] * dy;
        }
      }
    }
  }
}

// dloc, offsets, ref, sizes, params [wants dref] -> doffsets, dref (empty if it is not wanted).
void sampling_locations_grad(Call& call) {
  const Array &offsets = call[1], &ref = call[2];
  const int64_t N = offsets.dim(0) * offsets.dim(1), M = offsets.dim(2), L = offsets.dim(3), P = offsets.dim(4);
  const int64_t corners = ref.dim(3);
  const bool wanted = call[4].ints()[0] != 0;
  if (!call.fits(places_fit(offsets, ref, call[3]) && call[0].like(offsets))) return;
  float* doffsets = call.output(0, offsets);
  float* dref = wanted ? call.zeros(1, ref) : call.output(1, {0});
  if (doffsets == nullptr || dref == nullptr) return;
  const float *dloc = call[0].floats(), *offset = offsets.floats();
  for (int64_t n = 0; n < N; n++) {
    for (int64_t m = 0; m < M; m++) {
      for (int64_t l = 0; l < L; l++) {
        const float* at = ref.floats() + (n * L + l) * corners;
        float dx, dy, x = 0, y = 0, w = 0, h = 0;
        steps(at, call[3].ints() + 2 * l, P, corners == 4, &dx, &dy);
        for (int64_t p = 0; p < P; p++, offset += 2, dloc += 2, doffsets += 2) {
          doffsets[0] = dloc[0] * dx;
          doffsets[1] = dloc[1] * dy;
          x += dloc[0];
          y += dloc[1];
          w += dloc[0] * offset[0];
          h += dloc[1] * offset[1];
        }
        if (!wanted) continue;
        float* to = dref + (n * L + l) * corners;
        to[0] += x;
        to[1] += y;
        if (corners == 4) {
          to[2] += w * 0.5f / P;
          to[3] += h * 0.5f / P;
        }
      }
    }
  }
}

// The four cells around a place, and how much of each is read; a cell outside has its neighbour's address and share 0.
struct Corners {
  int64_t cell[4];
  float share[4];
  // 1 where the cell is inside, else 0.
  float inside[4];
  float fx, fy;
};

// False if the place lies outside the map altogether.
bool corners_of(const float* loc, int64_t H, int64_t W, Corners* result) {
  const float x = loc[0] * W - 0.5f, y = loc[1] * H - 0.5f;
  if (!(x > -1.0f && y > -1.0f && x < W && y < H)) return false;
  const float x0 = std::floor(x), y0 = std::floor(y);
  const float fx = x - x0, fy = y - y0;
  const int64_t j = static_cast<int64_t>(x0), i = static_cast<int64_t>(y0);
  const bool up = i >= 0, down = i + 1 < H, left = j >= 0, right = j + 1 < W;
  const int64_t top = (up ? i : i + 1) * W, low = (down ? i + 1 : i) * W, near = left ? j : j + 1,
                far = right ? j + 1 : j;
  *result = {{top + near, top + far, low + near, low + far},
             {up && left ? (1 - fy) * (1 - fx) : 0, up && right ? (1 - fy) * fx : 0,
              down && left ? fy * (1 - fx) : 0, down && right ? fy * fx : 0},
             {up && left ? 1.0f : 0.0f, up && right ? 1.0f : 0.0f, down && left ? 1.0f : 0.0f,
              down && right ? 1.0f : 0.0f},
             fx, fy};
  return true;
}

bool reads_fit(const Array& value, const Array& loc, const Array& weight, const Array& sizes) {
  if (value.rank != 4 || loc.rank != 6 || loc.dim(0) != value.dim(0) || loc.dim(2) != value.dim(2)) return false;
  if (loc.dim(5) != 2 || weight.size() * 2 != loc.size() || sizes.size() != 2 * loc.dim(3)) return false;
  int64_t cells = 0;
  for (int64_t l = 0; l < loc.dim(3); l++) cells += int64_t{sizes.ints()[2 * l]} * sizes.ints()[2 * l + 1];
  return cells == value.dim(1);
}

// value (B, S, M, d), loc (B, Q, M, L, P, 2), weight (B, Q, M, L, P), sizes -> y (B, Q, M d): bilinear, zero outside.
void deformable(Call& call) {
  const Array &value = call[0], &loc = call[1];
  const int64_t B = value.dim(0), S = value.dim(1), M = value.dim(2), d = value.dim(3);
  const int64_t Q = loc.dim(1), L = loc.dim(3), P = loc.dim(4);
  if (!call.fits(reads_fit(value, loc, call[2], call[3]))) return;
  float* y = call.zeros(0, {B, Q, M * d});
  if (y == nullptr) return;
  const float *place = loc.floats(), *weight = call[2].floats();
  for (int64_t at = 0; at < B * Q * M; at++, y += d) {
    const float* map = value.floats() + at / (Q * M) * S * M * d + at % M * d;
    for (int64_t l = 0; l < L; l++) {
      const int64_t H = call[3].ints()[2 * l], W = call[3].ints()[2 * l + 1];
      for (int64_t p = 0; p < P; p++, place += 2, weight++) {
        Corners corners;
        if (!corners_of(place, H, W, &corners)) continue;
        const float* from[4];
        float share[4];
        for (int k = 0; k < 4; k++) {
          from[k] = map + corners.cell[k] * M * d;
          share[k] = corners.share[k] * *weight;
        }
        each(
            d,
            [&](int64_t c) {
              store(y + c, load(y + c) + load(from[0] + c) * share[0] + load(from[1] + c) * share[1] +
                               load(from[2] + c) * share[2] + load(from[3] + c) * share[3]);
            },
            [&](int64_t c) {
              y[c] += from[0][c] * share[0] + from[1][c] * share[1] + from[2][c] * share[2] + from[3][c] * share[3];
            });
      }
      map += H * W * M * d;
    }
  }
}

// dy, value, loc, weight, sizes -> dvalue, dloc, dweight.
void deformable_grad(Call& call) {
  const Array &value = call[1], &loc = call[2];
  const int64_t B = value.dim(0), S = value.dim(1), M = value.dim(2), d = value.dim(3);
  const int64_t Q = loc.dim(1), L = loc.dim(3), P = loc.dim(4);
  if (!call.fits(reads_fit(value, loc, call[3], call[4]) && call[0].size() == B * Q * M * d)) return;
  float* dvalue = call.zeros(0, value);
  float* dloc = call.zeros(1, loc);
  float* dweight = call.zeros(2, call[3]);
  if (dvalue == nullptr || dloc == nullptr || dweight == nullptr) return;
  const float *dy = call[0].floats(), *place = loc.floats(), *weight = call[3].floats();
  for (int64_t at = 0; at < B * Q * M; at++, dy += d) {
    int64_t first = at / (Q * M) * S * M * d + at % M * d;
    for (int64_t l = 0; l < L; l++) {
      const int64_t H = call[4].ints()[2 * l], W = call[4].ints()[2 * l + 1];
      for (int64_t p = 0; p < P; p++, place += 2, weight++, dloc += 2, dweight++) {
        Corners corners;
        if (!corners_of(place, H, W, &corners)) continue;
        float read[4];  // dy . value at each corner
        for (int k = 0; k < 4; k++) {
          const int64_t cell = first + corners.cell[k] * M * d;
          const float* from = value.floats() + cell;
          float* to = dvalue + cell;
          const float share = corners.share[k] * *weight;
          Lanes total = {};
          float rest = 0;
          each(
              d,
              [&](int64_t c) {
                const Lanes g = load(dy + c);
                total += g * load(from + c);
                store(to + c, load(to + c) + g * share);
              },
              [&](int64_t c) {
                rest += dy[c] * from[c];
                to[c] += dy[c] * share;
              });
          read[k] = (sum(total) + rest) * corners.inside[k];
        }
        const float fx = corners.fx, fy = corners.fy;
        dweight[0] = (1 - fy) * ((1 - fx) * read[0] + fx * read[1]) + fy * ((1 - fx) * read[2] + fx * read[3]);
        dloc[0] = *weight * W * ((1 - fy) * (read[1] - read[0]) + fy * (read[3] - read[2]));
        dloc[1] = *weight * H * ((1 - fx) * (read[2] - read[0]) + fx * (read[3] - read[1]));
      }
      first += H * W * M * d;
    }
  }
}

}  // namespace

const Operation kDeformableOperations[] = {
    {"TableSamplingLocations", "ffi", 1, sampling_locations},
    {"TableSamplingLocationsGrad", "fffii", 2, sampling_locations_grad},
    {"TableDeformable", "fffi", 1, deformable},
    {"TableDeformableGrad", "ffffi", 3, deformable_grad},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
