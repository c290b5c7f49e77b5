// Element by element on flat ranges.

// `body` for every sixteen elements from `i` on; `n` of them are left.
#define FACET_EACH(count, body)                              \
  {                                                          \
    ptrdiff_t i = 0;                                         \
    for (; i + LANES <= (count); i += LANES) {               \
      const ptrdiff_t n = LANES;                             \
      body                                                   \
    }                                                        \
    if (i < (count)) {                                       \
      const ptrdiff_t n = (count) - i;                       \
      body                                                   \
    }                                                        \
  }

INLINE void ISA(sum_of)(const int inputs, const facet_sum *job) {
  const float *const *from = job->inputs;
  FACET_EACH(job->count, {
    vec value = ISA(load_part)(from[0] + i, n);
    for (int k = 1; k < inputs; k++) value += ISA(load_part)(from[k] + i, n);
    ISA(store_part)(job->output + i, ISA(finish)(&job->epilogue, value, NULL, NULL), n);
  })
}

static void ISA(sum)(const facet_sum *job) {
  switch (job->input_count) {
    case 1: ISA(sum_of)(1, job); break;
    case 2: ISA(sum_of)(2, job); break;
    default: ISA(sum_of)(job->input_count, job);
  }
}

static void ISA(multiply)(const float *a, const float *b, float *output, ptrdiff_t count) {
  FACET_EACH(count, {
    ISA(store_part)(output + i, ISA(load_part)(a + i, n) * ISA(load_part)(b + i, n), n);
  })
}

static void ISA(scale)(const float *input, float factor, float *output, ptrdiff_t count) {
  FACET_EACH(count, { ISA(store_part)(output + i, ISA(load_part)(input + i, n) * factor, n); })
}

static void ISA(accumulate_elements)(float *sum, const float *addend, ptrdiff_t count) {
  FACET_EACH(count, {
    ISA(store_part)(sum + i, ISA(load_part)(sum + i, n) + ISA(load_part)(addend + i, n), n);
  })
}

static void ISA(zero)(float *output, ptrdiff_t count) {
  memset(output, 0, (size_t)count * sizeof(float));
}

static void ISA(relu_gradient)(const facet_relu_gradient *job) {
  const vec zero = {0};
  if (job->gate == FACET_GATE_RECTIFIED) {
    FACET_EACH(job->count, {
      vec value = ISA(load_part)(job->gradient + i, n);
      ISA(store_part)(job->output + i, ISA(select)(value > 0, value, zero), n);
    })
    return;
  }
  // Nothing is >= NaN: a ReLU blocks nothing above.
  const vec high = ISA(all)(isinf(job->high) ? NAN : job->high);
  if (job->gate == FACET_GATE_GUIDED) {
    FACET_EACH(job->count, {
      vec value = ISA(load_part)(job->gradient + i, n);
      vec forward = ISA(load_part)(job->forward + i, n);
      ivec blocked = (forward <= 0) | (forward >= high) | ~(value > 0);
      ISA(store_part)(job->output + i, ISA(select)(blocked, zero, value), n);
    })
  } else {
    FACET_EACH(job->count, {
      vec value = ISA(load_part)(job->gradient + i, n);
      vec forward = ISA(load_part)(job->forward + i, n);
      ivec blocked = (forward <= 0) | (forward >= high);
      ISA(store_part)(job->output + i, ISA(select)(blocked, zero, value), n);
    })
  }
}

static void ISA(prelu_gradient)(const facet_prelu_gradient *job) {
  for (int block = 0; block < job->blocks; block++) {
    const float *input = job->input + block * job->input_block;
    const float *gradient = job->gradient + block * job->gradient_block;
    float *output = job->output + block * job->output_block;
    vec slope = ISA(load)(job->slopes + block * LANES);
    for (ptrdiff_t i = 0; i < job->pixels * LANES; i += LANES) {
      vec value = ISA(load)(gradient + i);
      ISA(store)(output + i, ISA(select)(ISA(load)(input + i) > 0, value, slope * value));
    }
  }
}

static void ISA(prelu_slopes)(const facet_prelu_gradient *job) {
  for (int block = 0; block < job->blocks; block++) {
    facet_term_lines lines = {
        .x = job->input + block * job->input_block,
        .g = job->gradient + block * job->gradient_block,
    };
    ISA(term_sums)(
        job->sums + block * LANES, FACET_TERM_SLOPE, NULL, FACET_TERM_SLOPE, &lines, (vec){0},
        job->pixels);
  }
}
