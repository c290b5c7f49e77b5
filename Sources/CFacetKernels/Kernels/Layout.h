// Between planes, as images, files and flattened features have them, and blocks of 16 channels.

// The lanes of the first or the second half of two vectors in turns: a0 b0 a1 b1 ...
INLINE vec ISA(interleave_low)(vec a, vec b) {
  return __builtin_shufflevector(
      a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
INLINE vec ISA(interleave_high)(vec a, vec b) {
  return __builtin_shufflevector(
      a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

// Rows to columns. Each of the four passes deals the 256 elements like cards in a perfect shuffle,
// which turns the eight bits of a place by one; four turns swap row and column.
INLINE void ISA(transpose)(vec rows[LANES]) {
  UNROLL for (int pass = 0; pass < 4; pass++) {
    vec dealt[LANES];
    UNROLL for (int i = 0; i < LANES / 2; i++) {
      dealt[2 * i] = ISA(interleave_low)(rows[i], rows[i + LANES / 2]);
      dealt[2 * i + 1] = ISA(interleave_high)(rows[i], rows[i + LANES / 2]);
    }
    UNROLL for (int i = 0; i < LANES; i++) rows[i] = dealt[i];
  }
}

static void ISA(planes_to_blocks)(const facet_layout *job) {
  for (int first = 0; first < job->channels; first += LANES) {
    const float *from = job->input + first * job->plane;
    float *to = job->output + first / LANES * job->block;
    int channels = job->channels - first < LANES ? job->channels - first : LANES;
    ptrdiff_t i = 0;
    if (channels == LANES) {
      for (; i + LANES <= job->pixels; i += LANES) {
        vec rows[LANES];
        UNROLL for (int c = 0; c < LANES; c++) rows[c] = ISA(load)(from + c * job->plane + i);
        ISA(transpose)(rows);
        UNROLL for (int p = 0; p < LANES; p++) ISA(store)(to + (i + p) * LANES, rows[p]);
      }
    }
    for (; i < job->pixels; i += LANES) {
      ptrdiff_t left = job->pixels - i < LANES ? job->pixels - i : LANES;
      vec rows[LANES];
      for (int c = 0; c < LANES; c++) {
        rows[c] = c < channels ? ISA(load_part)(from + c * job->plane + i, left) : (vec){0};
      }
      ISA(transpose)(rows);
      for (int p = 0; p < left; p++) ISA(store)(to + (i + p) * LANES, rows[p]);
    }
  }
}

static void ISA(blocks_to_planes)(const facet_layout *job) {
  for (int first = 0; first < job->channels; first += LANES) {
    const float *from = job->input + first / LANES * job->block;
    float *to = job->output + first * job->plane;
    int channels = job->channels - first < LANES ? job->channels - first : LANES;
    ptrdiff_t i = 0;
    if (channels == LANES) {
      for (; i + LANES <= job->pixels; i += LANES) {
        vec rows[LANES];
        UNROLL for (int p = 0; p < LANES; p++) rows[p] = ISA(load)(from + (i + p) * LANES);
        ISA(transpose)(rows);
        UNROLL for (int c = 0; c < LANES; c++) ISA(store)(to + c * job->plane + i, rows[c]);
      }
    }
    for (; i < job->pixels; i += LANES) {
      ptrdiff_t left = job->pixels - i < LANES ? job->pixels - i : LANES;
      vec rows[LANES];
      for (int p = 0; p < LANES; p++)
        rows[p] = p < left ? ISA(load)(from + (i + p) * LANES) : (vec){0};
      ISA(transpose)(rows);
      for (int c = 0; c < channels; c++)
        ISA(store_part)(to + c * job->plane + i, rows[c], left);
    }
  }
}
