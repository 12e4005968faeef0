// Copies many tensors to the host's memory in one call.

#include <cstring>

#include "op.h"

namespace table {
namespace {

// The address of a float array on the host, in two words, low one first.
float* host_address(const int32_t* words) {
  const uint64_t low = static_cast<uint32_t>(words[0]), high = static_cast<uint32_t>(words[1]);
  return reinterpret_cast<float*>(static_cast<uintptr_t>(high << 32 | low));
}

// N tensors, params [adds, then three words per tensor: its address and its number of floats] -> nothing.
void copy_out(Call& call) {
  const int count = call.inputs() - 1;
  const Array& params = call[count];
  if (!call.fits(params.size() == 1 + 3 * count)) return;
  for (int i = 0; i < count; i++) {
    if (!call.fits(call[i].size() == params.ints()[3 + 3 * i])) return;
  }
  for (int i = 0; i < count; i++) {
    const float* from = call[i].floats();
    float* to = host_address(params.ints() + 1 + 3 * i);
    const int64_t n = call[i].size();
    if (params.ints()[0] == 0) {
      std::memcpy(to, from, n * sizeof(float));
    } else {
#pragma omp simd
      for (int64_t k = 0; k < n; k++) to[k] += from[k];
    }
  }
}

}  // namespace

const Operation kHostCopyOperations[] = {
    {"TableCopyOut", "Fi", 0, copy_out},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace table
