// Batch norm forward and backward, and sums for its statistics.

static void ISA(affine)(const facet_affine *job) {
  const vec none = {0};
  for (int block = 0; block < job->blocks; block++) {
    const float *input = job->input + block * job->input_block;
    const float *residual = job->residual ? job->residual + block * job->residual_block : NULL;
    const float *slopes = job->slopes ? job->slopes + block * LANES : NULL;
    float *output = job->output + block * job->output_block;
    vec scale = job->scale ? ISA(load)(job->scale + block * LANES) : none;
    vec shift = job->scale ? ISA(load)(job->shift + block * LANES) : none;
    for (ptrdiff_t i = 0; i < job->pixels * LANES; i += LANES) {
      vec value = ISA(load)(input + i);
      if (job->scale) value = value * scale + shift;
      value = ISA(finish)(&job->epilogue, value, residual ? residual + i : NULL, slopes);
      ISA(store)(output + i, value);
    }
  }
}

static void ISA(channel_sums)(const facet_channel_sums *job) {
  for (int block = 0; block < job->blocks; block++) {
    facet_term_lines lines = {.x = job->input + block * job->input_block};
    ISA(term_sums)(
        job->sums + block * LANES, FACET_TERM_X, NULL, FACET_TERM_X, &lines, (vec){0},
        job->pixels);
  }
}

static void ISA(channel_squares)(const facet_channel_sums *job) {
  for (int block = 0; block < job->blocks; block++) {
    facet_term_lines lines = {.x = job->input + block * job->input_block};
    ISA(term_sums)(
        job->sums + block * LANES, FACET_TERM_SQUARE, NULL, FACET_TERM_SQUARE, &lines,
        ISA(load)(job->centre + block * LANES), job->pixels);
  }
}

static void ISA(norm_sums)(const facet_norm_sums *job) {
  for (int block = 0; block < job->blocks; block++) {
    facet_term_lines lines = {
        .x = job->input ? job->input + block * job->input_block : NULL,
        .g = job->gradient + block * job->gradient_block,
        .mask = job->mask ? job->mask + block * job->mask_block : NULL,
    };
    double *products = job->input ? job->products + block * LANES : NULL;
    vec mean = job->input ? ISA(load)(job->mean + block * LANES) : (vec){0};
    ISA(term_sums)(
        job->sums + block * LANES, FACET_TERM_GATED, products, FACET_TERM_PRODUCT, &lines, mean,
        job->pixels);
  }
}

static void ISA(norm_gradient)(const facet_norm_gradient *job) {
  for (int block = 0; block < job->blocks; block++) {
    const float *gradient = job->gradient + block * job->gradient_block;
    const float *mask = job->mask ? job->mask + block * job->mask_block : NULL;
    float *output = job->output + block * job->output_block;
    vec scale = ISA(load)(job->scale + block * LANES);
    if (!job->input) {
      for (ptrdiff_t i = 0; i < job->pixels * LANES; i += LANES) {
        vec value = ISA(gated)(ISA(load)(gradient + i), mask ? mask + i : NULL);
        ISA(store)(output + i, scale * value);
      }
      continue;
    }
    const float *input = job->input + block * job->input_block;
    vec mean = ISA(load)(job->mean + block * LANES);
    vec offset = ISA(load)(job->offset + block * LANES);
    vec slope = ISA(load)(job->slope + block * LANES);
    for (ptrdiff_t i = 0; i < job->pixels * LANES; i += LANES) {
      vec value = ISA(gated)(ISA(load)(gradient + i), mask ? mask + i : NULL);
      vec distance = ISA(load)(input + i) - mean;
      ISA(store)(output + i, scale * (value - offset - distance * slope));
    }
  }
}
