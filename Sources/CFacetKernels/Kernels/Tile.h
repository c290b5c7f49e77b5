// The register tile that every convolution and matrix product here is made of:
//
//   sum[p][b] += input[p * pixel + i * step] * weight[b * block + i * 16 ...]   for i in 0..<count
//
// `p` runs over output pixels (or input channels, when weights' gradients are summed), `b` over
// blocks of 16 output channels; each input element is broadcast over 16 lanes.

// How the instances below get their constant strides: the compiler needs them as constants, since
// fourteen addresses with a variable stride don't fit the general registers.
INLINE void ISA(accumulate)(
    const int pixels, const int blocks, vec sum[TILE_PIXELS][TILE_BLOCKS], const float *input,
    const ptrdiff_t pixel, const ptrdiff_t step, const float *weight, const ptrdiff_t block,
    const int count) {
  for (int i = 0; i < count; i++) {
    vec w[TILE_BLOCKS];
    UNROLL for (int b = 0; b < blocks; b++) w[b] = ISA(load)(weight + b * block);
    UNROLL for (int p = 0; p < pixels; p++) {
      vec x = ISA(all)(input[p * pixel]);
      UNROLL for (int b = 0; b < blocks; b++) sum[p][b] += x * w[b];
    }
    input += step;
    weight += LANES;
  }
}

// All tiles of one output row's segment: over channel blocks and the kernel's taps.
INLINE void ISA(convolve)(
    const int pixels, const int blocks, const ptrdiff_t pixel, const facet_tile *tile) {
  vec sum[TILE_PIXELS][TILE_BLOCKS];
  UNROLL for (int b = 0; b < blocks; b++) {
    vec first = tile->bias && !tile->continues ? ISA(load)(tile->bias + b * LANES) : (vec){0};
    UNROLL for (int p = 0; p < pixels; p++) sum[p][b] = first;
  }
  const float *weights = tile->weights;
  int continues = tile->continues;
  for (int c = 0; c < tile->input_blocks; c++) {
    for (int ky = 0; ky < tile->kernel_rows; ky++) {
      // Sums of sums round less than one long sum.
      if (ky > 0 && ky % tile->summed_rows == 0) {
        UNROLL for (int b = 0; b < blocks; b++) {
          UNROLL for (int p = 0; p < pixels; p++) {
            float *place = tile->output + b * tile->output_block + p * tile->output_pixel;
            ISA(store)(place, continues ? ISA(load)(place) + sum[p][b] : sum[p][b]);
            sum[p][b] = (vec){0};
          }
        }
        continues = 1;
      }
      const float *row = tile->input + c * tile->input_block + ky * tile->tap_row;
      const float *taps = weights + ky * tile->kernel_columns * tile->channels * LANES;
      for (int kx = 0; kx < tile->kernel_columns; kx++) {
        ISA(accumulate)(
            pixels, blocks, sum, row + kx * tile->tap_column, pixel, tile->channel, taps,
            tile->weight_block, tile->channels);
        taps += tile->channels * LANES;
      }
    }
    weights += tile->weight_input_block;
  }
  UNROLL for (int b = 0; b < blocks; b++) {
    UNROLL for (int p = 0; p < pixels; p++) {
      ptrdiff_t place = b * tile->output_block + p * tile->output_pixel;
      vec value = continues ? ISA(load)(tile->output + place) + sum[p][b] : sum[p][b];
      if (tile->pauses) {
        ISA(store)(tile->output + place, value);
      } else {
        if (tile->scale) {
          value = value * ISA(load)(tile->scale + b * LANES) + ISA(load)(tile->shift + b * LANES);
        }
        ISA(store)(
            tile->output + place,
            ISA(finish)(
                &tile->epilogue, value, tile->residual ? tile->residual + place : NULL,
                tile->slopes + b * LANES));
      }
    }
  }
}

// An instance for a number of pixels and blocks with the common strides as constants.
#define FACET_TILE(P, B)                                                              \
  static __attribute__((noinline)) void ISA(tile_##P##_##B)(const facet_tile *tile) { \
    switch (tile->input_pixel) {                                                      \
      case LANES: ISA(convolve)(P, B, LANES, tile); break;                            \
      case 2 * LANES: ISA(convolve)(P, B, 2 * LANES, tile); break;                    \
      case 1: ISA(convolve)(P, B, 1, tile); break;                                    \
      case 2: ISA(convolve)(P, B, 2, tile); break;                                    \
      case 4: ISA(convolve)(P, B, 4, tile); break;                                    \
      default: ISA(convolve)(P, B, tile->input_pixel, tile);                          \
    }                                                                                 \
  }

#if TILE_BLOCKS > 1
#define FACET_TILES(P) FACET_TILE(P, 1) FACET_TILE(P, 2)
#else
#define FACET_TILES(P) FACET_TILE(P, 1)
#endif

FACET_TILES(1)
FACET_TILES(2)
#if TILE_PIXELS > 2
FACET_TILES(3)
FACET_TILES(4)
FACET_TILES(5)
FACET_TILES(6)
#endif
#if TILE_PIXELS > 6
FACET_TILES(7)
FACET_TILES(8)
FACET_TILES(9)
FACET_TILES(10)
FACET_TILES(11)
FACET_TILES(12)
FACET_TILES(13)
FACET_TILES(14)
#endif
