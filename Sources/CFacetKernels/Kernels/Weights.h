// The gradient of a convolution's weights: for every tap, the sum over pixels of the outer product of
// input channels and output gradients.

// Bytes of input and gradient that stay in the first-level cache while the taps go by.
#define FACET_CACHED_ROWS (20 << 10)

// sums[b][c][16] += sum over rows and columns of input[c] * gradient[b][16].
INLINE void ISA(outer_tile)(
    const int channels, const int blocks, const facet_outer *outer, const ptrdiff_t step) {
  vec sum[TILE_PIXELS][TILE_BLOCKS];
  UNROLL for (int c = 0; c < channels; c++) {
    UNROLL for (int b = 0; b < blocks; b++)
      sum[c][b] = ISA(load)(outer->sums + b * outer->sums_block + c * LANES);
  }
  for (int row = 0; row < outer->rows; row++) {
    ISA(accumulate)(
        channels, blocks, sum, outer->input + row * outer->input_row, 1, step,
        outer->gradient + row * outer->gradient_row, outer->gradient_block, outer->columns);
  }
  UNROLL for (int c = 0; c < channels; c++) {
    UNROLL for (int b = 0; b < blocks; b++)
      ISA(store)(outer->sums + b * outer->sums_block + c * LANES, sum[c][b]);
  }
}

#define FACET_OUTER(C, B)                                                              \
  static __attribute__((noinline)) void ISA(outer_##C##_##B)(const facet_outer *outer) { \
    ISA(outer_tile)(C, B, outer, outer->input_step);                                     \
  }
#if TILE_BLOCKS > 1
#define FACET_OUTERS(C) FACET_OUTER(C, 1) FACET_OUTER(C, 2)
#define FACET_CALL_OUTER(C) (both ? ISA(outer_##C##_2)(&part) : ISA(outer_##C##_1)(&part))
#else
#define FACET_OUTERS(C) FACET_OUTER(C, 1)
#define FACET_CALL_OUTER(C) ISA(outer_##C##_1)(&part)
#endif
FACET_OUTERS(1)
FACET_OUTERS(2)
#if TILE_PIXELS > 2
FACET_OUTERS(4)
#endif
#if TILE_PIXELS > 6
FACET_OUTERS(7)
FACET_OUTERS(8)
#endif

// Any number of input channels and output blocks.
static void ISA(outer)(const facet_outer *outer) {
  for (int block = 0; block < outer->blocks; block += TILE_BLOCKS) {
    int both = outer->blocks - block > 1;
    (void)both;
    for (int channel = 0; channel < outer->channels;) {
      facet_outer part = *outer;
      part.gradient += block * outer->gradient_block;
      part.sums += block * outer->sums_block + (ptrdiff_t)channel * LANES;
      part.input += channel;
      int left = outer->channels - channel;
#if TILE_PIXELS > 6
      if (left >= 8) {
        FACET_CALL_OUTER(8);
        channel += 8;
        continue;
      }
      // The seven columns of many first layers.
      if (left == 7) {
        FACET_CALL_OUTER(7);
        channel += 7;
        continue;
      }
#endif
#if TILE_PIXELS > 2
      if (left >= 4) {
        FACET_CALL_OUTER(4);
        channel += 4;
        continue;
      }
#endif
      if (left >= 2) {
        FACET_CALL_OUTER(2);
        channel += 2;
      } else {
        FACET_CALL_OUTER(1);
        channel += 1;
      }
    }
  }
}

// One block of input channels of one image, all taps, some blocks of output channels.
static void ISA(weight_gradient)(const facet_weight_gradient *job) {
  int blocks = job->blocks < TILE_BLOCKS ? job->blocks : TILE_BLOCKS;
  int bytes = job->output_columns * (blocks + job->column_stride) * LANES * (int)sizeof(float);
  int band = bytes < FACET_CACHED_ROWS ? FACET_CACHED_ROWS / bytes : 1;
  for (int block = 0; block < job->blocks; block += TILE_BLOCKS) {
    int count = job->blocks - block < TILE_BLOCKS ? job->blocks - block : TILE_BLOCKS;
    for (int first = 0; first < job->output_rows; first += band) {
      int end = first + band < job->output_rows ? first + band : job->output_rows;
      for (int tap = 0; tap < job->kernel_rows * job->kernel_columns; tap++) {
        int ky = tap / job->kernel_columns, kx = tap % job->kernel_columns;
        int top = ky * job->row_dilation - job->pad_top;
        int left = kx * job->column_dilation - job->pad_left;
        // Output pixels whose tap is inside the input.
        int y0 = first, y1 = end, x0 = 0, x1 = job->output_columns;
        while (y0 < y1 && y0 * job->row_stride + top < 0) y0++;
        while (y1 > y0 && (y1 - 1) * job->row_stride + top >= job->input_rows) y1--;
        while (x0 < x1 && x0 * job->column_stride + left < 0) x0++;
        while (x1 > x0 && (x1 - 1) * job->column_stride + left >= job->input_columns) x1--;
        if (y0 == y1 || x0 == x1) continue;
        facet_outer outer = {
            .input = job->input +
                ((ptrdiff_t)(y0 * job->row_stride + top) * job->input_columns +
                 x0 * job->column_stride + left) * LANES,
            .input_step = (ptrdiff_t)job->column_stride * LANES,
            .input_row = (ptrdiff_t)job->row_stride * job->input_columns * LANES,
            .channels = LANES,
            .gradient = job->gradient + block * job->gradient_block +
                ((ptrdiff_t)y0 * job->output_columns + x0) * LANES,
            .gradient_block = job->gradient_block,
            .gradient_row = (ptrdiff_t)job->output_columns * LANES,
            .blocks = count,
            .rows = y1 - y0,
            .columns = x1 - x0,
            .sums = job->sums + block * job->sums_block + (ptrdiff_t)tap * LANES * LANES,
            .sums_block = job->sums_block,
        };
        ISA(outer)(&outer);
      }
    }
  }
}
