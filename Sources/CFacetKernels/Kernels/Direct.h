// Direct convolution of a band of rows, tile by tile.

typedef void (*ISA(tile_function))(const facet_tile *);

// The instances of a function for 1 to TILE_PIXELS pixels.
#define FACET_NAMES(f, B) ISA(f##_1_##B), ISA(f##_2_##B) FACET_TO_6(f, B) FACET_TO_14(f, B)
#if TILE_PIXELS > 2
#define FACET_TO_6(f, B) , ISA(f##_3_##B), ISA(f##_4_##B), ISA(f##_5_##B), ISA(f##_6_##B)
#else
#define FACET_TO_6(f, B)
#endif
#if TILE_PIXELS > 6
#define FACET_TO_14(f, B)                                                                  \
  , ISA(f##_7_##B), ISA(f##_8_##B), ISA(f##_9_##B), ISA(f##_10_##B), ISA(f##_11_##B),      \
      ISA(f##_12_##B), ISA(f##_13_##B), ISA(f##_14_##B)
#else
#define FACET_TO_14(f, B)
#endif

static const ISA(tile_function) ISA(tiles)[TILE_BLOCKS][TILE_PIXELS] = {
    {FACET_NAMES(tile, 1)},
#if TILE_BLOCKS > 1
    {FACET_NAMES(tile, 2)},
#endif
};

// One row of output pixels in segments as equal as can be: 27 pixels are 14 and 13.
static void ISA(convolve_row)(facet_tile tile, int columns, int blocks) {
  int segments = (columns + TILE_PIXELS - 1) / TILE_PIXELS;
  for (int segment = 0; segment < segments; segment++) {
    int from = columns * segment / segments, to = columns * (segment + 1) / segments;
    facet_tile part = tile;
    part.input += from * tile.input_pixel;
    part.output += from * tile.output_pixel;
    if (part.residual) part.residual += from * tile.output_pixel;
    ISA(tiles)[blocks - 1][to - from - 1](&part);
  }
}

// Bytes of weights that stay in the first-level cache while the rows of a band go by.
#define FACET_CACHED_WEIGHTS (24 << 10)

// Terms of one running sum; what is longer is a sum of such sums.
#define FACET_LONGEST_SUM 160

// Fetches a row's share of the weights that are needed next, so that memory is read while the rows
// are computed. One row alone has nothing to hide it behind.
INLINE void ISA(fetch_ahead)(
    const facet_band *band, int row, int blocks, const float *next, ptrdiff_t floats) {
  if (band->rows < 2) return;
  ptrdiff_t end = floats * (row + 1) / band->rows;
  for (int b = 0; b < blocks; b++) {
    for (ptrdiff_t i = floats * row / band->rows; i < end; i += LANES)
      __builtin_prefetch(next + b * band->tile.weight_block + i, 0, 2);
  }
}

// `next` are the weights that follow, as many floats in each block.
static void ISA(convolve_rows)(
    const facet_band *band, facet_tile tile, int blocks, const float *next, ptrdiff_t floats) {
  for (int row = 0; row < band->rows; row++) {
    ISA(fetch_ahead)(band, row, blocks, next, floats);
    // Kernel rows that see nothing but padding are left out.
    int top = band->top + row * band->row_stride;
    int first = 0, last = band->tile.kernel_rows;
    while (first < last && top + first * band->row_dilation < 0) first++;
    while (last > first && top + (last - 1) * band->row_dilation >= band->input_rows) last--;
    facet_tile line = tile;
    line.kernel_rows = last - first;
    line.input += row * band->input_row + first * tile.tap_row;
    line.weights += (ptrdiff_t)first * tile.kernel_columns * tile.channels * LANES;
    line.output += row * band->output_row;
    if (line.residual) line.residual += row * band->output_row;
    ISA(convolve_row)(line, band->columns, blocks);
  }
}

static void ISA(convolution)(const facet_band *band) {
  for (int block = 0; block < band->output_blocks; block += TILE_BLOCKS) {
    int blocks = band->output_blocks - block < TILE_BLOCKS ? band->output_blocks - block
                                                           : TILE_BLOCKS;
    facet_tile tile = band->tile;
    tile.weights += block * tile.weight_block;
    if (tile.bias) tile.bias += block * LANES;
    if (tile.scale) {
      tile.scale += block * LANES;
      tile.shift += block * LANES;
    }
    if (tile.slopes) tile.slopes += block * LANES;
    tile.output += block * tile.output_block;
    if (tile.residual) tile.residual += block * tile.output_block;
    int row_terms = tile.kernel_columns * tile.channels;
    tile.summed_rows =
        row_terms > 0 && row_terms < FACET_LONGEST_SUM ? FACET_LONGEST_SUM / row_terms : 1;
    // Few input channels at a time, so that their weights are fetched once and not for each tile;
    // the sums wait in the output meanwhile. How many depends on the weights alone: results must not
    // depend on how the work is cut.
    ptrdiff_t bytes = tile.weight_input_block * blocks * (ptrdiff_t)sizeof(float);
    int most = bytes > 0 && bytes < FACET_CACHED_WEIGHTS ? (int)(FACET_CACHED_WEIGHTS / bytes) : 1;
    for (int first = 0; first < band->tile.input_blocks; first += most) {
      facet_tile part = tile;
      int left = band->tile.input_blocks - first;
      part.input_blocks = left < most ? left : most;
      part.input += first * tile.input_block;
      part.weights += first * tile.weight_input_block;
      part.continues = first > 0;
      part.pauses = left > most;
      ptrdiff_t floats = part.input_blocks * tile.weight_input_block;
      const float *next =
          part.pauses ? part.weights + floats : tile.weights + TILE_BLOCKS * tile.weight_block;
      ISA(convolve_rows)(band, part, blocks, next, floats);
    }
  }
}
