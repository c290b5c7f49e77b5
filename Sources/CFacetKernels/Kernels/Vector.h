// Sixteen floats as one value. The compiler makes one register of it with AVX-512, two with AVX2,
// four with SSE; the kernels are written once, against this.

#include <math.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// All of these are inlined, so how they would pass their vectors doesn't matter.
#pragma clang diagnostic ignored "-Wpsabi"

#ifndef FACET_VECTOR_TYPES
#define FACET_VECTOR_TYPES
typedef float vec __attribute__((vector_size(64)));
typedef int32_t ivec __attribute__((vector_size(64)));
typedef float unaligned_vec __attribute__((vector_size(64), aligned(4)));
#endif

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define LANES 16

INLINE vec ISA(load)(const float *from) { return *(const unaligned_vec *)from; }
INLINE void ISA(store)(float *to, vec value) { *(unaligned_vec *)to = value; }
// Past the caches, to a 64-byte line: for what is much larger than they are and read later.
INLINE void ISA(stream)(float *to, vec value) { __builtin_nontemporal_store(value, (vec *)to); }
INLINE vec ISA(all)(float value) { return value - (vec){0}; }

// `mask ? a : b`, lane by lane; a mask's lanes are 0 or -1, as comparisons give them.
INLINE vec ISA(select)(ivec mask, vec a, vec b) {
  return (vec)((mask & (ivec)a) | (~mask & (ivec)b));
}

// The larger or the smaller; a NaN in `a` stays.
INLINE vec ISA(larger)(vec a, vec b) { return ISA(select)(a < b, b, a); }
INLINE vec ISA(smaller)(vec a, vec b) { return ISA(select)(a > b, b, a); }

// The sum of the lanes, pairwise.
INLINE float ISA(lane_sum)(vec v) {
  float lanes[LANES];
  ISA(store)(lanes, v);
  for (int width = LANES / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  }
  return lanes[0];
}

// What happens to a result before it is stored: the residual is added, then the activation applied.
INLINE vec ISA(finish)(
    const facet_epilogue *epilogue, vec value, const float *residual, const float *slopes) {
  if (residual) value += ISA(load)(residual);
  switch (epilogue->activation) {
    case FACET_CLAMP: {
      vec low = ISA(all)(epilogue->low), high = ISA(all)(epilogue->high);
      return ISA(smaller)(ISA(larger)(value, low), high);
    }
    case FACET_PRELU: return ISA(select)(value > 0, value, value * ISA(load)(slopes));
    default: return value;
  }
}
