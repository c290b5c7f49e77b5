// With what every processor has; nothing is assumed of it.
#define FACET_ISA portable
#define ISA(name) name##_portable
#define TILE_PIXELS 2
#define TILE_BLOCKS 1

#include "CFacetKernels.h"

#include "../Kernels/All.h"
#include "../Kernels/AllMaps.h"
