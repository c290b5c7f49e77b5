// With AVX-512: a vector is one register, a tile 14 x 2 of the 32.
#define FACET_ISA avx512
#define ISA(name) name##_avx512
#define TILE_PIXELS 14
#define TILE_BLOCKS 2

#include "CFacetKernels.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#include "../Kernels/All.h"
#include "../Kernels/AllMaps.h"
#pragma clang attribute pop
