// The matrix products between Winograd's transforms: output[b][t][16] = sum over channels of
// input[c][t] * weights[b][c][16], with nothing before or after.

typedef void (*ISA(product_function))(const facet_products *, const float *, const float *, float *);

#define WINOGRAD_PRODUCT(P, B)                                                                    \
  static __attribute__((noinline)) void ISA(product_##P##_##B)(                                \
      const facet_products *job, const float *input, const float *weights, float *output) {    \
    vec sum[TILE_PIXELS][TILE_BLOCKS];                                                         \
    UNROLL for (int p = 0; p < P; p++) {                                                       \
      UNROLL for (int b = 0; b < B; b++) sum[p][b] = (vec){0};                                 \
    }                                                                                          \
    for (int c = 0; c < job->input_blocks; c++) {                                              \
      ISA(accumulate)(P, B, sum, input, LANES, 1, weights, job->weight_block, LANES);          \
      input += job->input_block;                                                               \
      weights += LANES * LANES;                                                                \
    }                                                                                          \
    UNROLL for (int b = 0; b < B; b++) {                                                       \
      UNROLL for (int p = 0; p < P; p++)                                                       \
        ISA(store)(output + b * job->output_block + p * LANES, sum[p][b]);                     \
    }                                                                                          \
  }

#if TILE_BLOCKS > 1
#define WINOGRAD_PRODUCTS(P) WINOGRAD_PRODUCT(P, 1) WINOGRAD_PRODUCT(P, 2)
#else
#define WINOGRAD_PRODUCTS(P) WINOGRAD_PRODUCT(P, 1)
#endif

WINOGRAD_PRODUCTS(1)
WINOGRAD_PRODUCTS(2)
#if TILE_PIXELS > 2
WINOGRAD_PRODUCTS(3)
WINOGRAD_PRODUCTS(4)
WINOGRAD_PRODUCTS(5)
WINOGRAD_PRODUCTS(6)
#endif
#if TILE_PIXELS > 6
WINOGRAD_PRODUCTS(7)
WINOGRAD_PRODUCTS(8)
WINOGRAD_PRODUCTS(9)
WINOGRAD_PRODUCTS(10)
WINOGRAD_PRODUCTS(11)
WINOGRAD_PRODUCTS(12)
WINOGRAD_PRODUCTS(13)
WINOGRAD_PRODUCTS(14)
#endif

static const ISA(product_function) ISA(products)[TILE_BLOCKS][TILE_PIXELS] = {
    {FACET_NAMES(product, 1)},
#if TILE_BLOCKS > 1
    {FACET_NAMES(product, 2)},
#endif
};

static void ISA(winograd_multiply)(const facet_products *job) {
  int segments = (job->tiles + TILE_PIXELS - 1) / TILE_PIXELS;
  for (int xi = 0; xi < job->count; xi++) {
    for (int block = 0; block < job->output_blocks; block += TILE_BLOCKS) {
      int blocks = job->output_blocks - block < TILE_BLOCKS ? job->output_blocks - block
                                                            : TILE_BLOCKS;
      for (int segment = 0; segment < segments; segment++) {
        int from = job->tiles * segment / segments, to = job->tiles * (segment + 1) / segments;
        ISA(products)[blocks - 1][to - from - 1](
            job, job->input + xi * job->input_xi + (ptrdiff_t)from * LANES,
            job->weights + xi * job->weight_xi + block * job->weight_block,
            job->output + xi * job->output_xi + block * job->output_block +
                (ptrdiff_t)from * LANES);
      }
    }
  }
}
