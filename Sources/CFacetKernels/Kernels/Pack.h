// Weights between the order networks keep them in, [out][in][ky][kx], and the kernels' own.

// Where the weight from input channel `c` to output channel `o` at tap (0, 0) is; NULL where the
// channels belong to different groups or to a block's filling.
INLINE const float *ISA(raw_weight)(const facet_pack *pack, int o, int c) {
  if (o >= pack->outputs || c >= pack->inputs || c < 0) return NULL;
  if (pack->groups == 1) return pack->raw + o * pack->raw_output + c * pack->raw_input;
  int outputs = pack->outputs / pack->groups, inputs = pack->inputs / pack->groups;
  if (o / outputs != c / inputs) return NULL;
  // Raw weights hold the channels of one group on the axis that is the convolution's input; in a
  // gradient's weights the axes have changed places.
  int far = pack->transposed ? o % outputs : o;
  int near = pack->transposed ? c : c % inputs;
  return pack->raw + far * pack->raw_output + near * pack->raw_input;
}

// One block of output channels: packed[input block][ky][kx][channel][16].
static void ISA(pack)(const facet_pack *pack) {
  int taps = pack->kernel_rows * pack->kernel_columns;
  memset(
      pack->packed, 0,
      (size_t)pack->input_blocks * taps * pack->channels * LANES * sizeof(float));
  for (int o = 0; o < LANES; o++) {
    int output = pack->first_output + o;
    for (int block = 0; block < pack->input_blocks; block++) {
      for (int c = 0; c < pack->channels; c++) {
        const float *raw =
            ISA(raw_weight)(pack, output, pack->first_input + block * pack->channels + c);
        if (!raw) continue;
        float *to = pack->packed + ((ptrdiff_t)block * taps * pack->channels + c) * LANES + o;
        for (int ky = 0; ky < pack->kernel_rows; ky++) {
          for (int kx = 0; kx < pack->kernel_columns; kx++) {
            *to = raw[ky * pack->raw_row + kx * pack->raw_column];
            to += (ptrdiff_t)pack->channels * LANES;
          }
        }
      }
    }
  }
}

// One dimension of G g: alpha values from r.
INLINE void ISA(winograd_weight_line)(
    const int m, const int r, const vec *g, const int s, vec *u, const int t) {
  if (r == 5) {
    vec even = g[0] + g[2 * s] + g[4 * s], odd = g[s] + g[3 * s];
    vec far = g[0] + 4 * g[2 * s] + 16 * g[4 * s], two = 2 * g[s] + 8 * g[3 * s];
    u[0] = g[0] * 0.25f;
    u[t] = (even + odd) * (-1 / 6.0f);
    u[2 * t] = (even - odd) * (-1 / 6.0f);
    u[3 * t] = (far + two) * (1 / 24.0f);
    u[4 * t] = (far - two) * (1 / 24.0f);
    u[5 * t] = g[4 * s];
    return;
  }
  if (m == 2) {
    vec even = (g[0] + g[2 * s]) * 0.5f, odd = g[s] * 0.5f;
    u[0] = g[0];
    u[t] = even + odd;
    u[2 * t] = even - odd;
    u[3 * t] = g[2 * s];
    return;
  }
  vec near = (g[0] + g[2 * s]) * (-1 / 6.0f), far = g[0] * (1 / 24.0f) + g[2 * s] * (1 / 6.0f);
  vec one = g[s] * (1 / 6.0f), two = g[s] * (1 / 12.0f);
  u[0] = g[0] * 0.25f;
  u[t] = near - one;
  u[2 * t] = near + one;
  u[3 * t] = far + two;
  u[4 * t] = far - two;
  u[5 * t] = g[2 * s];
}

// One dimension of G^T u, back from alpha to three.
INLINE void ISA(winograd_back_line)(const int m, const vec *u, const int s, vec *g, const int t) {
  if (m == 2) {
    vec even = (u[s] + u[2 * s]) * 0.5f;
    g[0] = u[0] + even;
    g[t] = (u[s] - u[2 * s]) * 0.5f;
    g[2 * t] = even + u[3 * s];
    return;
  }
  vec near = (u[s] + u[2 * s]) * (-1 / 6.0f), far = u[3 * s] + u[4 * s];
  g[0] = u[0] * 0.25f + near + far * (1 / 24.0f);
  g[t] = (u[2 * s] - u[s]) * (1 / 6.0f) + (u[3 * s] - u[4 * s]) * (1 / 12.0f);
  g[2 * t] = near + far * (1 / 6.0f) + u[5 * s];
}

INLINE void ISA(pack_winograd_block)(const int m, const int r, const facet_pack *pack) {
  const int alpha = m + r - 1;
  for (int c = 0; c < pack->input_blocks * LANES; c++) {
    float raw[25][LANES] = {{0}};
    for (int o = 0; o < LANES; o++) {
      const float *from = ISA(raw_weight)(pack, pack->first_output + o, c);
      if (!from) continue;
      for (int tap = 0; tap < r * r; tap++)
        raw[tap][o] = from[tap / r * pack->raw_row + tap % r * pack->raw_column];
    }
    vec g[r * r], half[alpha * r];
    for (int tap = 0; tap < r * r; tap++) g[tap] = ISA(load)(raw[tap]);
    UNROLL for (int j = 0; j < r; j++) ISA(winograd_weight_line)(m, r, g + j, r, half + j, r);
    UNROLL for (int i = 0; i < alpha; i++) {
      vec line[alpha];
      ISA(winograd_weight_line)(m, r, half + i * r, 1, line, 1);
      UNROLL for (int j = 0; j < alpha; j++)
        ISA(stream)(pack->packed + (i * alpha + j) * pack->packed_xi + c * LANES, line[j]);
    }
  }
  // What was streamed is there before anyone is told that it is.
  atomic_thread_fence(memory_order_seq_cst);
}

// One block of output channels: packed[xi][...][channel][16], `packed_xi` apart.
static void ISA(pack_winograd)(const facet_pack *pack) {
  FACET_WINOGRAD(pack_winograd_block, pack->m, pack->kernel_rows, pack);
}

// The way back of ISA(pack), for gradients: raw weights of one block of output channels.
static void ISA(unpack)(const facet_pack *pack, float *raw) {
  int taps = pack->kernel_rows * pack->kernel_columns;
  for (int o = 0; o < LANES; o++) {
    for (int block = 0; block < pack->input_blocks; block++) {
      for (int c = 0; c < pack->channels; c++) {
        const float *place = ISA(raw_weight)(
            pack, pack->first_output + o, pack->first_input + block * pack->channels + c);
        if (!place) continue;
        const float *from =
            pack->packed + ((ptrdiff_t)block * taps * pack->channels + c) * LANES + o;
        for (int ky = 0; ky < pack->kernel_rows; ky++) {
          for (int kx = 0; kx < pack->kernel_columns; kx++) {
            raw[(place - pack->raw) + ky * pack->raw_row + kx * pack->raw_column] = *from;
            from += (ptrdiff_t)pack->channels * LANES;
          }
        }
      }
    }
  }
}

INLINE void ISA(unpack_winograd_block)(const int m, const facet_pack *pack, float *raw) {
  const int alpha = m + 2;
  for (int c = 0; c < pack->input_blocks * LANES; c++) {
    vec u[alpha * alpha], half[3 * alpha], g[9];
    UNROLL for (int i = 0; i < alpha * alpha; i++)
      u[i] = ISA(load)(pack->packed + i * pack->packed_xi + c * LANES);
    UNROLL for (int j = 0; j < alpha; j++)
      ISA(winograd_back_line)(m, u + j, alpha, half + j, alpha);
    UNROLL for (int i = 0; i < 3; i++) ISA(winograd_back_line)(m, half + i * alpha, 1, g + i * 3, 1);
    for (int o = 0; o < LANES; o++) {
      const float *place = ISA(raw_weight)(pack, pack->first_output + o, c);
      if (!place) continue;
      for (int tap = 0; tap < 9; tap++)
        raw[(place - pack->raw) + tap / 3 * pack->raw_row + tap % 3 * pack->raw_column] = g[tap][o];
    }
  }
}

// The way back of ISA(pack_winograd) for gradients: G^T u G.
static void ISA(unpack_winograd)(const facet_pack *pack, float *raw) {
  if (pack->m == 2) ISA(unpack_winograd_block)(2, pack, raw);
  else ISA(unpack_winograd_block)(4, pack, raw);
}
