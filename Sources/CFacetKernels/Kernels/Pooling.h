// Max and average pools over windows given as spans, forward and backward.

INLINE int ISA(span_count)(facet_span span) {
  return span.end > span.start ? (span.end - span.start + span.step - 1) / span.step : 0;
}

INLINE int ISA(is_dense)(facet_span span, int count) {
  return span.step == 1 && span.end - span.start == count;
}

// MARK: Forward

// The largest of a window whose first place is `place`. Whether there is a NaN is found apart from
// the maximum, since the processor's maximum keeps a NaN of one operand only.
INLINE vec ISA(max_window)(
    const float *place, int rows, ptrdiff_t row_step, int columns, ptrdiff_t column_step) {
  vec largest = ISA(load)(place);
  ivec nan = {0};
  UNROLL for (int y = 0; y < rows; y++) {
    UNROLL for (int x = 0; x < columns; x++) {
      vec value = ISA(load)(place + y * row_step + x * column_step);
      nan |= value != value;
      largest = ISA(larger)(largest, value);
    }
  }
  return ISA(select)(nan, ISA(all)(NAN), largest);
}

// The same for any window: without unrolling.
static __attribute__((noinline)) void ISA(max_any_window)(
    float *result, const float *plane, int width, facet_span rows, facet_span columns) {
  vec largest = ISA(all)(-INFINITY);
  ivec nan = {0};
  for (int y = rows.start; y < rows.end; y += rows.step) {
    const float *line = plane + (ptrdiff_t)y * width * LANES;
    for (int x = columns.start; x < columns.end; x += columns.step) {
      vec value = ISA(load)(line + (ptrdiff_t)x * LANES);
      nan |= value != value;
      largest = ISA(larger)(largest, value);
    }
  }
  ISA(store)(result, ISA(select)(nan, ISA(all)(NAN), largest));
}

static void ISA(max_pool)(const facet_pool *pool) {
  const ptrdiff_t line = (ptrdiff_t)pool->width * LANES;
  for (int block = 0; block < pool->blocks; block++) {
    const float *plane = pool->input + block * pool->input_block;
    float *to = pool->output + block * pool->output_block;
    // An infinity in a lane that is no channel would become a NaN behind a weight of zero.
    vec empty = ISA(select)(
        ISA(first_lanes)(ISA(lanes_of_block)(pool->channels, block)), ISA(all)(-INFINITY),
        (vec){0});
    for (int i = 0; i < pool->row_count; i++) {
      facet_span rows = pool->rows[i];
      int two = ISA(is_dense)(rows, 2), three = ISA(is_dense)(rows, 3);
      for (int j = 0; j < pool->column_count; j++, to += LANES) {
        facet_span columns = pool->columns[j];
        const float *place = plane + rows.start * line + (ptrdiff_t)columns.start * LANES;
        vec value;
        if (three && ISA(is_dense)(columns, 3)) {
          value = ISA(max_window)(place, 3, line, 3, LANES);
        } else if (two && ISA(is_dense)(columns, 2)) {
          value = ISA(max_window)(place, 2, line, 2, LANES);
        } else if (rows.end <= rows.start || columns.end <= columns.start) {
          value = empty;
        } else {
          ISA(max_any_window)(to, plane, pool->width, rows, columns);
          continue;
        }
        ISA(store)(to, value);
      }
    }
  }
}

// The sum of `count` pixels, `step` floats apart. Eight sums at a time, since one would wait for
// itself.
INLINE vec ISA(line_sum)(const float *line, ptrdiff_t count, ptrdiff_t step) {
  vec sums[8] = {{0}};
  ptrdiff_t i = 0;
  for (; i + 8 <= count; i += 8) {
    UNROLL for (int j = 0; j < 8; j++) sums[j] += ISA(load)(line + (i + j) * step);
  }
  vec rest = {0};
  for (; i < count; i++) rest += ISA(load)(line + i * step);
  return (((sums[0] + sums[4]) + (sums[2] + sums[6])) +
          ((sums[1] + sums[5]) + (sums[3] + sums[7]))) + rest;
}

static void ISA(average_pool)(const facet_pool *pool) {
  const ptrdiff_t line = (ptrdiff_t)pool->width * LANES;
  for (int block = 0; block < pool->blocks; block++) {
    const float *plane = pool->input + block * pool->input_block;
    float *to = pool->output + block * pool->output_block;
    const float *divisor = pool->divisors;
    for (int i = 0; i < pool->row_count; i++) {
      facet_span rows = pool->rows[i];
      for (int j = 0; j < pool->column_count; j++, to += LANES, divisor++) {
        facet_span columns = pool->columns[j];
        int count = ISA(span_count)(columns);
        const float *place = plane + (ptrdiff_t)columns.start * LANES;
        vec sum = {0};
        if (rows.step == 1 && rows.end > rows.start && ISA(is_dense)(columns, pool->width)) {
          // Whole rows follow each other: a global pool is one long line.
          sum = ISA(line_sum)(
              plane + rows.start * line, (ptrdiff_t)(rows.end - rows.start) * pool->width, LANES);
        } else if (count >= 8) {
          for (int y = rows.start; y < rows.end; y += rows.step)
            sum += ISA(line_sum)(place + y * line, count, (ptrdiff_t)columns.step * LANES);
        } else {
          for (int y = rows.start; y < rows.end; y += rows.step) {
            for (int x = 0; x < count; x++)
              sum += ISA(load)(place + y * line + (ptrdiff_t)x * columns.step * LANES);
          }
        }
        ISA(store)(to, sum / *divisor);
      }
    }
  }
}

// MARK: Backward

// Gives a window's upstream value to the first place that holds the window's maximum, lane by lane.
// Nothing equals a NaN: lanes whose maximum is one are left out.
INLINE void ISA(max_window_gradient)(
    const float *place, float *gradient, vec largest, vec upstream, int last_wins, int rows,
    ptrdiff_t row_step, int columns, ptrdiff_t column_step) {
  ivec left = ~(ivec){0};  // lanes whose maximum is still to come
  for (int y = 0; y < rows; y++) {
    for (int x = 0; x < columns; x++) {
      ptrdiff_t offset = y * row_step + x * column_step;
      ivec hit = (ISA(load)(place + offset) == largest) & left;
      left &= ~hit;
      vec sum = ISA(load)(gradient + offset);
      vec changed = last_wins ? upstream : sum + upstream;
      ISA(store)(gradient + offset, ISA(select)(hit, changed, sum));
    }
  }
}

// The lanes that the above leaves out: their last NaN is the maximum, as in PyTorch.
static __attribute__((noinline)) void ISA(nan_window_gradient)(
    const float *place, float *gradient, const float *upstream, int last_wins, int rows,
    ptrdiff_t row_step, int columns, ptrdiff_t column_step) {
  ivec left = ~(ivec){0};
  for (int y = rows - 1; y >= 0; y--) {
    for (int x = columns - 1; x >= 0; x--) {
      ptrdiff_t offset = y * row_step + x * column_step;
      vec value = ISA(load)(place + offset);
      ivec hit = (value != value) & left;
      left &= ~hit;
      vec sum = ISA(load)(gradient + offset);
      vec changed = ISA(load)(upstream);
      if (!last_wins) changed += sum;
      ISA(store)(gradient + offset, ISA(select)(hit, changed, sum));
    }
  }
}

// Clears the rows of a gradient just before the windows reach them, while they are on their way
// into the cache anyway.
INLINE int ISA(clear_rows)(float *plane, ptrdiff_t line, int cleared, int end) {
  if (end <= cleared) return cleared;
  memset(plane + cleared * line, 0, (size_t)((end - cleared) * line) * sizeof(float));
  return end;
}

static void ISA(max_pool_gradient)(const facet_pool_gradient *job) {
  const facet_pool *pool = &job->pool;
  const ptrdiff_t line = (ptrdiff_t)pool->width * LANES;
  const int last_wins = job->last_wins;
  for (int block = 0; block < pool->blocks; block++) {
    const float *plane = pool->input + block * pool->input_block;
    const float *output = pool->output + block * pool->output_block;
    const float *upstream = job->gradient + block * job->gradient_block;
    float *gradient = job->input_gradient + block * job->input_gradient_block;
    int cleared = job->adds && !last_wins ? pool->height : 0;
    for (int i = 0; i < pool->row_count; i++) {
      facet_span rows = pool->rows[i];
      int row_places = ISA(span_count)(rows);
      cleared = ISA(clear_rows)(gradient, line, cleared, row_places > 0 ? rows.end : 0);
      int two = ISA(is_dense)(rows, 2), three = ISA(is_dense)(rows, 3);
      for (int j = 0; j < pool->column_count; j++, output += LANES, upstream += LANES) {
        facet_span columns = pool->columns[j];
        int column_places = ISA(span_count)(columns);
        ptrdiff_t row_step = rows.step * line, column_step = (ptrdiff_t)columns.step * LANES;
        ptrdiff_t offset = rows.start * line + (ptrdiff_t)columns.start * LANES;
        const float *place = plane + offset;
        float *to = gradient + offset;
        vec largest = ISA(load)(output), value = ISA(load)(upstream);
        if (!last_wins && three && ISA(is_dense)(columns, 3)) {
          ISA(max_window_gradient)(place, to, largest, value, 0, 3, line, 3, LANES);
        } else if (!last_wins && two && ISA(is_dense)(columns, 2)) {
          ISA(max_window_gradient)(place, to, largest, value, 0, 2, line, 2, LANES);
        } else {
          ISA(max_window_gradient)(
              place, to, largest, value, last_wins, row_places, row_step, column_places,
              column_step);
        }
        if (__builtin_reduce_or(largest != largest)) {
          ISA(nan_window_gradient)(
              place, to, upstream, last_wins, row_places, row_step, column_places, column_step);
        }
      }
    }
    ISA(clear_rows)(gradient, line, cleared, pool->height);
  }
}

static void ISA(average_pool_gradient)(const facet_pool_gradient *job) {
  const facet_pool *pool = &job->pool;
  const ptrdiff_t line = (ptrdiff_t)pool->width * LANES;
  for (int block = 0; block < pool->blocks; block++) {
    const float *upstream = job->gradient + block * job->gradient_block;
    float *gradient = job->input_gradient + block * job->input_gradient_block;
    const float *divisor = pool->divisors;
    int cleared = job->adds ? pool->height : 0;
    for (int i = 0; i < pool->row_count; i++) {
      facet_span rows = pool->rows[i];
      cleared = ISA(clear_rows)(gradient, line, cleared, rows.end > rows.start ? rows.end : 0);
      for (int j = 0; j < pool->column_count; j++, upstream += LANES, divisor++) {
        facet_span columns = pool->columns[j];
        vec share = ISA(load)(upstream) / *divisor;
        for (int y = rows.start; y < rows.end; y += rows.step) {
          for (int x = columns.start; x < columns.end; x += columns.step) {
            float *place = gradient + y * line + (ptrdiff_t)x * LANES;
            ISA(store)(place, ISA(load)(place) + share);
          }
        }
      }
    }
    ISA(clear_rows)(gradient, line, cleared, pool->height);
  }
}
