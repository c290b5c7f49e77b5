// Every kernel, for the instruction set of the file that includes this.
#include "Vector.h"
#include "Tile.h"
#include "Direct.h"
#include "Stage.h"
#include "Products.h"
#include "Winograd.h"
#include "Depthwise.h"
#include "Weights.h"
#include "Pack.h"

#define FACET_STRING(text) #text
#define FACET_NAME(name) FACET_STRING(name)

const facet_kernels ISA(facet_kernels) = {
    .name = FACET_NAME(FACET_ISA),
    .convolution = ISA(convolution),
    .stage = ISA(stage),
    .winograd_input = ISA(winograd_input),
    .winograd_multiply = ISA(winograd_multiply),
    .winograd_output = ISA(winograd_output),
    .winograd_gradient = ISA(winograd_gradient),
    .depthwise = ISA(depthwise),
    .outer = ISA(outer),
    .weight_gradient = ISA(weight_gradient),
    .depthwise_gradient = ISA(depthwise_gradient),
    .pack = ISA(pack),
    .pack_winograd = ISA(pack_winograd),
    .unpack = ISA(unpack),
    .unpack_winograd = ISA(unpack_winograd),
};
