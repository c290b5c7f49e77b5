// Depthwise convolution: each channel has a kernel of its own, so lanes are multiplied by lanes.

// A segment of `pixels` output pixels.
INLINE void ISA(depthwise_tile)(
    const int pixels, const facet_depthwise *job, int row, int column, int first, int last) {
  vec sum[TILE_PIXELS];
  UNROLL for (int p = 0; p < pixels; p++) sum[p] = (vec){0};
  for (int ky = first; ky < last; ky++) {
    const float *line =
        job->input + row * job->input_row + ky * job->tap_row + column * job->input_pixel;
    for (int kx = 0; kx < job->kernel_columns; kx++) {
      vec w = ISA(load)(job->weights + (ptrdiff_t)(ky * job->kernel_columns + kx) * LANES);
      UNROLL for (int p = 0; p < pixels; p++)
        sum[p] += w * ISA(load)(line + kx * job->tap_column + p * job->input_pixel);
    }
  }
  vec bias = job->bias ? ISA(load)(job->bias) : (vec){0};
  ptrdiff_t place = row * job->output_row + column * job->output_pixel;
  UNROLL for (int p = 0; p < pixels; p++) {
    ptrdiff_t pixel = place + p * job->output_pixel;
    vec value = sum[p] + bias;
    if (job->scale) value = value * ISA(load)(job->scale) + ISA(load)(job->shift);
    ISA(store)(
        job->output + pixel,
        ISA(finish)(
            &job->epilogue, value, job->residual ? job->residual + pixel : NULL,
            job->slopes));
  }
}

// One block of channels of one image.
static void ISA(depthwise)(const facet_depthwise *job) {
  for (int row = 0; row < job->rows; row++) {
    int top = job->top + row * job->row_stride;
    int first = 0, last = job->kernel_rows;
    while (first < last && top + first * job->row_dilation < 0) first++;
    while (last > first && top + (last - 1) * job->row_dilation >= job->input_rows) last--;
    int column = 0;
#if TILE_PIXELS > 6
    for (; column + 14 <= job->columns; column += 14)
      ISA(depthwise_tile)(14, job, row, column, first, last);
#endif
#if TILE_PIXELS > 2
    for (; column + 4 <= job->columns; column += 4)
      ISA(depthwise_tile)(4, job, row, column, first, last);
#endif
    for (; column < job->columns; column++)
      ISA(depthwise_tile)(1, job, row, column, first, last);
  }
}

// The gradient of one block's kernels from one image, added to `sums` [tap][16].
static void ISA(depthwise_gradient)(const facet_weight_gradient *job) {
  for (int tap = 0; tap < job->kernel_rows * job->kernel_columns; tap++) {
    int ky = tap / job->kernel_columns, kx = tap % job->kernel_columns;
    int top = ky * job->row_dilation - job->pad_top;
    int left = kx * job->column_dilation - job->pad_left;
    vec sum = ISA(load)(job->sums + tap * LANES);
    for (int y = 0; y < job->output_rows; y++) {
      int iy = y * job->row_stride + top;
      if (iy < 0 || iy >= job->input_rows) continue;
      vec line = {0};
      for (int x = 0; x < job->output_columns; x++) {
        int ix = x * job->column_stride + left;
        if (ix < 0 || ix >= job->input_columns) continue;
        line += ISA(load)(job->input + ((ptrdiff_t)iy * job->input_columns + ix) * LANES) *
            ISA(load)(job->gradient + ((ptrdiff_t)y * job->output_columns + x) * LANES);
      }
      sum += line;
    }
    ISA(store)(job->sums + tap * LANES, sum);
  }
}
