// Every kernel of FacetMapKernels.h, for the instruction set of the file that includes this after
// All.h.
#include "Partial.h"
#include "Sums.h"
#include "Pooling.h"
#include "Normalisation.h"
#include "Response.h"
#include "Elements.h"
#include "Layout.h"
#include "Linear.h"
#include "MatrixProduct.h"
#include "Peak.h"

const facet_map_kernels ISA(facet_map_kernels) = {
    .name = FACET_NAME(FACET_ISA),
    .max_pool = ISA(max_pool),
    .average_pool = ISA(average_pool),
    .max_pool_gradient = ISA(max_pool_gradient),
    .average_pool_gradient = ISA(average_pool_gradient),
    .affine = ISA(affine),
    .channel_sums = ISA(channel_sums),
    .channel_squares = ISA(channel_squares),
    .norm_sums = ISA(norm_sums),
    .norm_gradient = ISA(norm_gradient),
    .response = ISA(response),
    .response_gradient = ISA(response_gradient),
    .sum = ISA(sum),
    .multiply = ISA(multiply),
    .scale = ISA(scale),
    .accumulate = ISA(accumulate_elements),
    .zero = ISA(zero),
    .relu_gradient = ISA(relu_gradient),
    .prelu_gradient = ISA(prelu_gradient),
    .prelu_slopes = ISA(prelu_slopes),
    .planes_to_blocks = ISA(planes_to_blocks),
    .blocks_to_planes = ISA(blocks_to_planes),
    .linear = ISA(linear),
    .linear_input_gradient = ISA(linear_input_gradient),
    .linear_weight_gradient = ISA(linear_weight_gradient),
    .matrix_scratch = ISA(matrix_scratch),
    .matrix_product = ISA(matrix_product),
    .multiply_adds = ISA(multiply_adds),
};
