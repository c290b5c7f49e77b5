// Local response normalisation. Channels are neighbours within a block and one block apart from one
// block to the next, so a pixel's channels are laid out in a line before a window slides over them.

// Pixels that go through the blocks together: what one has just stored is loaded in other cuts at
// once, and the others' work goes on meanwhile.
#define FACET_RESPONSE_PIXELS 8

// A line holds a block and its neighbours on both sides.
#define FACET_LINE (3 * LANES)

// The widest window whose reach to either side stays inside a line.
#define FACET_RESPONSE_SIZE (2 * LANES + 1)

INLINE vec ISA(window_sum)(const float *line, int below, int above) {
  vec sum = ISA(load)(line + LANES - below);
  for (int shift = 1 - below; shift <= above; shift++) sum += ISA(load)(line + LANES + shift);
  return sum;
}

// Moves a line on by one block.
INLINE void ISA(shift_line)(float *line) {
  vec middle = ISA(load)(line + LANES), last = ISA(load)(line + 2 * LANES);
  ISA(store)(line, middle);
  ISA(store)(line + LANES, last);
}

INLINE vec ISA(square_root)(vec value) {
#if __has_builtin(__builtin_elementwise_sqrt)
  return __builtin_elementwise_sqrt(value);
#else
  for (int i = 0; i < LANES; i++) value[i] = sqrtf(value[i]);
  return value;
#endif
}

// x / d^beta; two square roots make the exponent that everyone uses.
INLINE vec ISA(over_power)(vec x, vec d, float beta) {
  if (beta == 0.75f) {
    vec root = ISA(square_root)(d);
    return x / (root * ISA(square_root)(root));
  }
  float powers[LANES];
  ISA(store)(powers, d);
  for (int i = 0; i < LANES; i++) powers[i] = powf(powers[i], -beta);
  return x * ISA(load)(powers);
}

INLINE vec ISA(squares_at)(const facet_response *job, int blocks, int block, ptrdiff_t pixel) {
  if (block >= blocks) return (vec){0};
  vec x = ISA(load)(job->input + block * job->input_block + pixel * LANES);
  return x * x;
}

static void ISA(response_pixels)(const facet_response *job, ptrdiff_t first, int pixels) {
  float lines[FACET_RESPONSE_PIXELS][FACET_LINE];
  const int blocks = (job->channels + LANES - 1) / LANES;
  const int below = job->size / 2, above = (job->size - 1) / 2;
  const float factor = job->alpha / (float)job->size;
  for (int p = 0; p < pixels; p++) {
    ISA(store)(lines[p], (vec){0});
    ISA(store)(lines[p] + LANES, ISA(squares_at)(job, blocks, 0, first + p));
  }
  for (int block = 0; block < blocks; block++) {
    // With k = 0 a lane without a channel would divide zero by zero.
    ivec channels = ISA(first_lanes)(ISA(lanes_of_block)(job->channels, block));
    for (int p = 0; p < pixels; p++)
      ISA(store)(lines[p] + 2 * LANES, ISA(squares_at)(job, blocks, block + 1, first + p));
    for (int p = 0; p < pixels; p++) {
      ptrdiff_t pixel = (first + p) * LANES;
      vec x = ISA(load)(job->input + block * job->input_block + pixel);
      vec d = job->k + factor * ISA(window_sum)(lines[p], below, above);
      vec y = ISA(over_power)(x, d, job->beta);
      ISA(store)(
          job->output + block * job->output_block + pixel,
          ISA(select)(channels, y, (vec){0}));
      ISA(shift_line)(lines[p]);
    }
  }
}

// With t_i = gy_i x_i d_i^(-beta-1): gx_j = gy_j d_j^-beta - 2 beta alpha / size x_j * the sum of
// t_i over the windows i that hold j. One step behind d's blocks follow t's, one behind those gx's.
static void ISA(response_gradient_pixels)(const facet_response *job, ptrdiff_t first, int pixels) {
  float squares[FACET_RESPONSE_PIXELS][FACET_LINE];
  float terms[FACET_RESPONSE_PIXELS][FACET_LINE];
  float passed[FACET_RESPONSE_PIXELS][LANES];  // gy_j d_j^-beta of the block before
  const int blocks = (job->channels + LANES - 1) / LANES;
  const int below = job->size / 2, above = (job->size - 1) / 2;
  const float factor = job->alpha / (float)job->size;
  for (int p = 0; p < pixels; p++) {
    ISA(store)(squares[p], (vec){0});
    ISA(store)(squares[p] + LANES, ISA(squares_at)(job, blocks, 0, first + p));
    ISA(store)(terms[p], (vec){0});
    ISA(store)(terms[p] + LANES, (vec){0});
  }
  for (int block = 0; block <= blocks; block++) {
    ivec channels = ISA(first_lanes)(ISA(lanes_of_block)(job->channels, block));
    for (int p = 0; p < pixels; p++)
      ISA(store)(squares[p] + 2 * LANES, ISA(squares_at)(job, blocks, block + 1, first + p));
    for (int p = 0; p < pixels; p++) {
      ptrdiff_t pixel = (first + p) * LANES;
      vec pass = {0}, term = {0};
      if (block < blocks) {
        vec x = ISA(load)(job->input + block * job->input_block + pixel);
        vec gradient = ISA(load)(job->gradient + block * job->gradient_block + pixel);
        vec d = job->k + factor * ISA(window_sum)(squares[p], below, above);
        pass = ISA(select)(channels, ISA(over_power)(gradient, d, job->beta), (vec){0});
        term = ISA(select)(channels, pass * x / d, (vec){0});
      }
      ISA(store)(terms[p] + 2 * LANES, term);
      if (block > 0) {
        vec x = ISA(load)(job->input + (block - 1) * job->input_block + pixel);
        // A window reaches `below` down, so those that hold j reach as far up from it.
        vec sum = ISA(window_sum)(terms[p], above, below);
        ISA(store)(
            job->output + (block - 1) * job->output_block + pixel,
            ISA(load)(passed[p]) - 2 * job->beta * factor * x * sum);
      }
      ISA(store)(passed[p], pass);
      ISA(shift_line)(squares[p]);
      ISA(shift_line)(terms[p]);
    }
  }
}

// MARK: Windows wider than a line

INLINE float ISA(channel_of)(const float *map, ptrdiff_t block, int c, ptrdiff_t pixel) {
  return map[c / LANES * block + pixel * LANES + c % LANES];
}

static float ISA(divisor_of)(const facet_response *job, int c, ptrdiff_t pixel) {
  float sum = 0;
  for (int other = c - job->size / 2; other <= c + (job->size - 1) / 2; other++) {
    if (other < 0 || other >= job->channels) continue;
    float x = ISA(channel_of)(job->input, job->input_block, other, pixel);
    sum += x * x;
  }
  return job->k + job->alpha / (float)job->size * sum;
}

static void ISA(wide_response)(const facet_response *job, int backward) {
  const float factor = 2 * job->beta * job->alpha / (float)job->size;
  int lanes = (job->channels + LANES - 1) / LANES * LANES;
  for (ptrdiff_t pixel = 0; pixel < job->pixels; pixel++) {
    for (int c = 0; c < lanes; c++) {
      float value = 0;
      if (c < job->channels) {
        float x = ISA(channel_of)(job->input, job->input_block, c, pixel);
        float power = powf(ISA(divisor_of)(job, c, pixel), -job->beta);
        value = x * power;
        if (backward) {
          float sum = 0;
          for (int i = c - (job->size - 1) / 2; i <= c + job->size / 2; i++) {
            if (i < 0 || i >= job->channels) continue;
            sum += ISA(channel_of)(job->gradient, job->gradient_block, i, pixel) *
                ISA(channel_of)(job->input, job->input_block, i, pixel) *
                powf(ISA(divisor_of)(job, i, pixel), -job->beta - 1);
          }
          float gradient = ISA(channel_of)(job->gradient, job->gradient_block, c, pixel);
          value = gradient * power - factor * x * sum;
        }
      }
      job->output[c / LANES * job->output_block + pixel * LANES + c % LANES] = value;
    }
  }
}

static void ISA(response)(const facet_response *job) {
  if (job->size > FACET_RESPONSE_SIZE) {
    ISA(wide_response)(job, 0);
    return;
  }
  for (ptrdiff_t first = 0; first < job->pixels; first += FACET_RESPONSE_PIXELS) {
    ptrdiff_t left = job->pixels - first;
    ISA(response_pixels)(
        job, first, left < FACET_RESPONSE_PIXELS ? (int)left : FACET_RESPONSE_PIXELS);
  }
}

static void ISA(response_gradient)(const facet_response *job) {
  if (job->size > FACET_RESPONSE_SIZE) {
    ISA(wide_response)(job, 1);
    return;
  }
  for (ptrdiff_t first = 0; first < job->pixels; first += FACET_RESPONSE_PIXELS) {
    ptrdiff_t left = job->pixels - first;
    ISA(response_gradient_pixels)(
        job, first, left < FACET_RESPONSE_PIXELS ? (int)left : FACET_RESPONSE_PIXELS);
  }
}
