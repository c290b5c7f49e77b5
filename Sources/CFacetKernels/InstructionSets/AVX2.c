// With AVX2 and FMA: a vector is two registers, a tile 6 x 1 takes 12 of the 16.
#define FACET_ISA avx2
#define ISA(name) name##_avx2
#define TILE_PIXELS 6
#define TILE_BLOCKS 1

#include "CFacetKernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "../Kernels/All.h"
#include "../Kernels/AllMaps.h"
#pragma clang attribute pop
