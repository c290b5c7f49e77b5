// Fully connected layers on weights as they are stored: row after row, each read once from memory.

// How many rows of x go through together, and how many sums fit the registers.
#if TILE_PIXELS > 6
#define LINEAR_ROWS 8
#define LINEAR_SUMS 24
#elif TILE_PIXELS > 2
#define LINEAR_ROWS 3
#define LINEAR_SUMS 6
#else
#define LINEAR_ROWS 2
#define LINEAR_SUMS 2
#endif
#define LINEAR_OUTPUTS(R) (LINEAR_SUMS / (R) < 8 ? LINEAR_SUMS / (R) : 8)

// MARK: Forward

// The sums of some rows and outputs wait here while parts of their inputs go by.
#define LINEAR_GROUP_ROWS 32
#define LINEAR_GROUP_OUTPUTS 24

// Inputs of a part: of one or two rows all, since the weights are the only thing to read; of more
// so many that their part of x, packed, stays in the first-level cache with a tile's weights.
#define LINEAR_PART 512

// packed[k / 16][row][16] = x. Rows of x are often a power of two apart, and would fall into the
// same few places of the cache.
static void ISA(pack_x)(const float *x, ptrdiff_t x_row, int rows, int inputs, float *packed) {
  for (int k = 0; k < inputs; k += LANES) {
    for (int r = 0; r < rows; r++, packed += LANES)
      ISA(store)(packed, ISA(load_part)(x + r * x_row + k, inputs - k));
  }
}

// sums[r][o] += x[r][k] * w[o][k], lane by lane for k in 0..<inputs. Rows of x are `x_row` apart,
// their vectors `x_step`; what is `ahead` of the weights is fetched on the way.
INLINE void ISA(dot_tile)(
    const int rows, const int outputs, const float *x, const ptrdiff_t x_row,
    const ptrdiff_t x_step, const float *w, ptrdiff_t w_row, ptrdiff_t ahead, ptrdiff_t inputs,
    vec *sums) {
  vec sum[LINEAR_SUMS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int o = 0; o < outputs; o++)
      sum[r * outputs + o] = sums[r * LINEAR_GROUP_OUTPUTS + o];
  }
  ptrdiff_t k = 0;
  for (; k + LANES <= inputs; k += LANES) {
    vec weights[8];
    UNROLL for (int o = 0; o < outputs; o++) {
      weights[o] = ISA(load)(w + o * w_row + k);
      if (rows > 1) __builtin_prefetch(w + o * w_row + k + ahead, 0, 2);
    }
    UNROLL for (int r = 0; r < rows; r++) {
      vec value = ISA(load)(x + r * x_row);
      UNROLL for (int o = 0; o < outputs; o++) sum[r * outputs + o] += value * weights[o];
    }
    x += x_step;
  }
  if (k < inputs) {
    UNROLL for (int r = 0; r < rows; r++) {
      vec value = ISA(load_part)(x + r * x_row, inputs - k);
      UNROLL for (int o = 0; o < outputs; o++)
        sum[r * outputs + o] += value * ISA(load_part)(w + o * w_row + k, inputs - k);
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int o = 0; o < outputs; o++)
      sums[r * LINEAR_GROUP_OUTPUTS + o] = sum[r * outputs + o];
  }
}

// Some rows, packed, against `outputs` rows of weights.
#define FACET_DOT(R)                                                                             \
  static __attribute__((noinline)) void ISA(dot_##R)(                                            \
      const float *x, const float *w, ptrdiff_t w_row, ptrdiff_t ahead, ptrdiff_t inputs,        \
      int outputs, vec *sums) {                                                                  \
    int o = 0;                                                                                   \
    for (; o + LINEAR_OUTPUTS(R) <= outputs; o += LINEAR_OUTPUTS(R)) {                           \
      ISA(dot_tile)(                                                                             \
          R, LINEAR_OUTPUTS(R), x, LANES, R * LANES, w + o * w_row, w_row, ahead, inputs,        \
          sums + o);                                                                             \
    }                                                                                            \
    for (; o < outputs; o++) {                                                                   \
      ISA(dot_tile)(                                                                             \
          R, 1, x, LANES, R * LANES, w + o * w_row, w_row, ahead, inputs, sums + o);             \
    }                                                                                            \
  }

FACET_DOT(1)
FACET_DOT(2)
#if LINEAR_ROWS > 2
FACET_DOT(3)
#endif
#if LINEAR_ROWS > 3
FACET_DOT(4)
FACET_DOT(5)
FACET_DOT(6)
FACET_DOT(7)
FACET_DOT(8)
#endif

typedef void (*ISA(dot_function))(
    const float *, const float *, ptrdiff_t, ptrdiff_t, ptrdiff_t, int, vec *);

static const ISA(dot_function) ISA(dots)[LINEAR_ROWS] = {
    ISA(dot_1),
    ISA(dot_2),
#if LINEAR_ROWS > 2
    ISA(dot_3),
#endif
#if LINEAR_ROWS > 3
    ISA(dot_4),
    ISA(dot_5),
    ISA(dot_6),
    ISA(dot_7),
    ISA(dot_8),
#endif
};

// The activation of one number, as `finish` has it for sixteen.
INLINE float ISA(finish_one)(const facet_epilogue *epilogue, float value, float slope) {
  switch (epilogue->activation) {
    case FACET_CLAMP:
      value = value < epilogue->low ? epilogue->low : value;
      return value > epilogue->high ? epilogue->high : value;
    case FACET_PRELU: return value > 0 ? value : value * slope;
    default: return value;
  }
}

// A group of rows and outputs, whose sums fit the stack.
static void ISA(linear_group)(
    const facet_linear *job, int first_row, int rows, ptrdiff_t first, int outputs) {
  vec sums[LINEAR_GROUP_ROWS * LINEAR_GROUP_OUTPUTS];
  for (int r = 0; r < rows; r++)
    memset(sums + r * LINEAR_GROUP_OUTPUTS, 0, (size_t)outputs * sizeof(vec));
  const float *x = job->input + first_row * job->input_row;
  const float *w = job->weights + first * job->weight_row;
  float packed[LINEAR_ROWS * LINEAR_PART];
  // One row needs no packing.
  ptrdiff_t part = rows == 1 ? job->inputs : LINEAR_PART;
  for (ptrdiff_t k = 0; k < job->inputs; k += part) {
    ptrdiff_t inputs = job->inputs - k < part ? job->inputs - k : part;
    ptrdiff_t ahead = k + part < job->inputs ? part : LINEAR_GROUP_OUTPUTS * job->weight_row - k;
    for (int r = 0; r < rows; r += LINEAR_ROWS) {
      int some = rows - r < LINEAR_ROWS ? rows - r : LINEAR_ROWS;
      const float *from = x + r * job->input_row + k;
      if (rows > 1) {
        ISA(pack_x)(from, job->input_row, some, (int)inputs, packed);
        from = packed;
      }
      ISA(dots)[some - 1](
          from, w + k, job->weight_row, ahead, inputs, outputs, sums + r * LINEAR_GROUP_OUTPUTS);
    }
  }
  for (int r = 0; r < rows; r++) {
    float *y = job->output + (first_row + r) * job->output_row + first;
    for (int o = 0; o < outputs; o++) {
      float value = ISA(lane_sum)(sums[r * LINEAR_GROUP_OUTPUTS + o]);
      if (job->bias) value += job->bias[first + o];
      float slope = job->epilogue.activation == FACET_PRELU ? job->slopes[first + o] : 0;
      y[o] = ISA(finish_one)(&job->epilogue, value, slope);
    }
  }
}

static void ISA(linear)(const facet_linear *job) {
  for (int row = 0; row < job->rows; row += LINEAR_GROUP_ROWS) {
    int rows = job->rows - row < LINEAR_GROUP_ROWS ? job->rows - row : LINEAR_GROUP_ROWS;
    for (ptrdiff_t o = 0; o < job->outputs; o += LINEAR_GROUP_OUTPUTS) {
      ptrdiff_t left = job->outputs - o;
      ISA(linear_group)(
          job, row, rows, job->first_output + o,
          left < LINEAR_GROUP_OUTPUTS ? (int)left : LINEAR_GROUP_OUTPUTS);
    }
  }
}

// MARK: Gradients

// c[i][j] += a[t][i] * b[t][j] over t, one after the other: of gx with i = n, t = o, j = k, of gw
// with i = o, t = n, j = k. `vectors` times sixteen columns j.
INLINE void ISA(outer_sum)(
    const int rows, const int vectors, const float *a, ptrdiff_t a_row, ptrdiff_t a_term,
    const float *b, ptrdiff_t b_term, ptrdiff_t terms, float *c, ptrdiff_t c_row, int adds) {
  vec sum[LINEAR_ROWS][2];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++)
      sum[r][v] = adds ? ISA(load)(c + r * c_row + v * LANES) : (vec){0};
  }
  for (ptrdiff_t t = 0; t < terms; t++) {
    vec values[2];
    UNROLL for (int v = 0; v < vectors; v++) values[v] = ISA(load)(b + t * b_term + v * LANES);
    UNROLL for (int r = 0; r < rows; r++) {
      vec factor = ISA(all)(a[r * a_row + t * a_term]);
      UNROLL for (int v = 0; v < vectors; v++) sum[r][v] += factor * values[v];
    }
  }
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int v = 0; v < vectors; v++) ISA(store)(c + r * c_row + v * LANES, sum[r][v]);
  }
}

#define LINEAR_VECTORS (LINEAR_SUMS / LINEAR_ROWS < 2 ? 1 : 2)

// All columns of some rows.
INLINE void ISA(outer_sums)(
    const int rows, const float *a, ptrdiff_t a_row, ptrdiff_t a_term, const float *b,
    ptrdiff_t b_term, ptrdiff_t terms, ptrdiff_t columns, float *c, ptrdiff_t c_row, int adds) {
  ptrdiff_t j = 0;
  for (; j + LINEAR_VECTORS * LANES <= columns; j += LINEAR_VECTORS * LANES) {
    ISA(outer_sum)(
        rows, LINEAR_VECTORS, a, a_row, a_term, b + j, b_term, terms, c + j, c_row, adds);
  }
  for (; j + LANES <= columns; j += LANES)
    ISA(outer_sum)(rows, 1, a, a_row, a_term, b + j, b_term, terms, c + j, c_row, adds);
  for (; j < columns; j++) {
    for (int r = 0; r < rows; r++) {
      float sum = adds ? c[r * c_row + j] : 0;
      for (ptrdiff_t t = 0; t < terms; t++) sum += a[r * a_row + t * a_term] * b[t * b_term + j];
      c[r * c_row + j] = sum;
    }
  }
}

// Any number of rows.
static void ISA(outer_block)(
    const float *a, ptrdiff_t a_row, ptrdiff_t a_term, const float *b, ptrdiff_t b_term,
    ptrdiff_t terms, ptrdiff_t rows, ptrdiff_t columns, float *c, ptrdiff_t c_row, int adds) {
  ptrdiff_t r = 0;
  for (; r + LINEAR_ROWS <= rows; r += LINEAR_ROWS) {
    ISA(outer_sums)(
        LINEAR_ROWS, a + r * a_row, a_row, a_term, b, b_term, terms, columns, c + r * c_row,
        c_row, adds);
  }
#if LINEAR_ROWS > 4
  for (; r + 4 <= rows; r += 4) {
    ISA(outer_sums)(
        4, a + r * a_row, a_row, a_term, b, b_term, terms, columns, c + r * c_row, c_row, adds);
  }
#endif
  for (; r < rows; r++) {
    ISA(outer_sums)(
        1, a + r * a_row, a_row, a_term, b, b_term, terms, columns, c + r * c_row, c_row, adds);
  }
}

// Rows of weights that are read together, so that gx is loaded and stored once for all of them.
#define LINEAR_TERMS 8

// Whether no row has a signal at an output: a ReLU behind it was shut for all of them.
INLINE int ISA(is_silent)(const facet_linear_gradient *job, ptrdiff_t o) {
  for (int n = 0; n < job->rows; n++) {
    if (job->gradient[n * job->gradient_row + o] != 0) return 0;
  }
  return 1;
}

// Weights of silent outputs are never read: from memory they are what this costs.
static void ISA(linear_input_gradient)(const facet_linear_gradient *job) {
  // So many inputs that their part of gx stays in the second-level cache.
  ptrdiff_t part = (64 << 10) / (job->rows > 1 ? job->rows : 1) / LANES * LANES;
  if (part < 512) part = 512;
  for (ptrdiff_t k = 0; k < job->inputs; k += part) {
    ptrdiff_t inputs = job->inputs - k < part ? job->inputs - k : part;
    float *to = job->output + job->first + k;
    const float *weights = job->weights + job->first + k;
    int adds = job->adds;
    for (ptrdiff_t o = 0; o < job->outputs; o++) {
      ptrdiff_t terms = 0;
      while (terms < LINEAR_TERMS && o + terms < job->outputs && !ISA(is_silent)(job, o + terms))
        terms++;
      if (terms == 0) continue;
      ISA(outer_block)(
          job->gradient + o, job->gradient_row, 1, weights + o * job->weight_row,
          job->weight_row, terms, job->rows, inputs, to, job->output_row, adds);
      adds = 1;
      o += terms - 1;
    }
    if (!adds) {
      for (int n = 0; n < job->rows; n++)
        memset(to + n * job->output_row, 0, (size_t)inputs * sizeof(float));
    }
  }
}

static void ISA(linear_weight_gradient)(const facet_linear_gradient *job) {
  // So many inputs that all rows' parts stay in the second-level cache.
  ptrdiff_t part = (64 << 10) / (job->rows > 1 ? job->rows : 1) / LANES * LANES;
  if (part < 2 * LANES) part = 2 * LANES;
  for (ptrdiff_t k = 0; k < job->inputs; k += part) {
    ptrdiff_t inputs = job->inputs - k < part ? job->inputs - k : part;
    ISA(outer_block)(
        job->gradient + job->first, 1, job->gradient_row, job->input + k, job->input_row,
        job->rows, job->outputs, inputs, job->output + job->first * job->output_row + k,
        job->output_row, job->adds);
  }
}
