// The copy with a halo that padded convolutions read.

static void ISA(stage)(const facet_stage *stage) {
  float *to = stage->output;
  const int lanes = stage->lanes;
  int first = stage->left > 0 ? stage->left : 0;          // columns of the copy that exist
  int end = stage->columns + stage->left;
  if (end > stage->width) end = stage->width;
  if (first > stage->width) first = stage->width;
  if (end < first) end = first;
  for (int block = 0; block < stage->blocks; block++) {
    vec scale = {0}, shift = {0};
    if (stage->scale) {
      scale = ISA(load)(stage->scale + block * LANES);
      shift = ISA(load)(stage->shift + block * LANES);
    }
    for (int row = 0; row < stage->rows; row++) {
      const float *from = stage->input + block * stage->input_block + row * stage->input_row +
          (ptrdiff_t)(first - stage->left) * lanes;
      memset(to, 0, (size_t)(first * lanes) * sizeof(float));
      if (stage->scale) {
        for (int i = 0; i < end - first; i++) {
          vec value = ISA(load)(from + i * LANES) * scale + shift;
          ISA(store)(
              to + (first + i) * LANES, ISA(finish)(&stage->epilogue, value, NULL, NULL));
        }
      } else {
        memcpy(to + first * lanes, from, (size_t)((end - first) * lanes) * sizeof(float));
      }
      memset(to + end * lanes, 0, (size_t)((stage->width - end) * lanes) * sizeof(float));
      to += (ptrdiff_t)stage->width * lanes;
    }
  }
}
