// The draws of dropout: sfc32 of core/base/random.ts, one draw per element.

#pragma once

#include <cstdint>
#include <cstring>

namespace table {

// Draws below `threshold` drop their element; the others are multiplied by `scale`.
struct DropoutStream {
  uint32_t threshold, a, b, c, d;
  float scale;

  // Six words: threshold, a, b, c, d, and the bits of scale.
  static DropoutStream from(const int32_t* words) {
    DropoutStream stream;
    std::memcpy(&stream, words, sizeof(stream));
    return stream;
  }

  // What the next element is multiplied by.
  float next() {
    const uint32_t draw = a + b + d;
    d += 1;
    a = b ^ (b >> 9);
    b = c + (c << 3);
    c = ((c << 21) | (c >> 11)) + draw;
    return draw >= threshold ? scale : 0.0f;
  }
};
static_assert(sizeof(DropoutStream) == 24, "it is read from six words");

}  // namespace table
