// Winograd's minimal filtering F(m x m, r x r) (Lavin and Gray 2016, section 4): fewer multiplications
// for the same sums. F(2x2, 3x3) has the points 0, 1, -1 and infinity; F(4x4, 3x3) and F(2x2, 5x5) have
// 2 and -2 too, and the same transform of the input: it depends on the points alone.

// Calls `f(m, r, ...)` with constants.
#define FACET_WINOGRAD(f, m, r, ...)             \
  do {                                           \
    if ((r) == 5) ISA(f)(2, 5, __VA_ARGS__);     \
    else if ((m) == 2) ISA(f)(2, 3, __VA_ARGS__); \
    else ISA(f)(4, 3, __VA_ARGS__);              \
  } while (0)

// One dimension of B^T d: `alpha` values, 4 or 6, from as many, `s` and `t` apart.
INLINE void ISA(winograd_input_line)(
    const int alpha, const vec *d, const int s, vec *v, const int t) {
  if (alpha == 4) {
    v[0] = d[0] - d[2 * s];
    v[t] = d[s] + d[2 * s];
    v[2 * t] = d[2 * s] - d[s];
    v[3 * t] = d[s] - d[3 * s];
    return;
  }
  vec a = d[4 * s] - 4 * d[2 * s], b = d[3 * s] - 4 * d[s];
  vec e = d[4 * s] - d[2 * s], f = 2 * (d[3 * s] - d[s]);
  v[0] = 4 * d[0] - 5 * d[2 * s] + d[4 * s];
  v[t] = a + b;
  v[2 * t] = a - b;
  v[3 * t] = e + f;
  v[4 * t] = e - f;
  v[5 * t] = 4 * d[s] - 5 * d[3 * s] + d[5 * s];
}

// One dimension of A^T p: m values from alpha.
INLINE void ISA(winograd_output_line)(
    const int m, const int alpha, const vec *p, const int s, vec *y, const int t) {
  if (alpha == 4) {
    y[0] = p[0] + p[s] + p[2 * s];
    y[t] = p[s] - p[2 * s] - p[3 * s];
    return;
  }
  vec a = p[s] + p[2 * s], b = p[s] - p[2 * s];
  vec e = p[3 * s] + p[4 * s], f = p[3 * s] - p[4 * s];
  y[0] = p[0] + a + e;
  if (m == 2) {
    y[t] = b + 2 * f + p[5 * s];
    return;
  }
  y[t] = b + 2 * f;
  y[2 * t] = a + 4 * e;
  y[3 * t] = b + 8 * f + p[5 * s];
}

// One dimension of A g: alpha values from m, for the gradient of the weights.
INLINE void ISA(winograd_gradient_line)(const int m, const vec *g, const int s, vec *w, const int t) {
  if (m == 2) {
    w[0] = g[0];
    w[t] = g[0] + g[s];
    w[2 * t] = g[0] - g[s];
    w[3 * t] = -g[s];
    return;
  }
  vec a = g[0] + g[2 * s], b = g[s] + g[3 * s];
  vec e = g[0] + 4 * g[2 * s], f = 2 * g[s] + 8 * g[3 * s];
  w[0] = g[0];
  w[t] = a + b;
  w[2 * t] = a - b;
  w[3 * t] = e + f;
  w[4 * t] = e - f;
  w[5 * t] = g[3 * s];
}

typedef struct {
  int image, y, x;
} ISA(tile_place);

INLINE ISA(tile_place) ISA(place_of_tile)(const facet_winograd *job, int tile) {
  int in_image = job->tile_rows * job->tile_columns;
  int rest = tile % in_image;
  return (ISA(tile_place)){tile / in_image, rest / job->tile_columns * job->m,
                           rest % job->tile_columns * job->m};
}

// Reads a window of `size` x `size` pixels of one block; pixels outside the map are zero.
INLINE void ISA(read_window)(
    const int size, const float *map, int height, int width, int y, int x, vec *window) {
  if (y >= 0 && x >= 0 && y + size <= height && x + size <= width) {
    const float *line = map + ((ptrdiff_t)y * width + x) * LANES;
    for (int i = 0; i < size; i++, line += (ptrdiff_t)width * LANES) {
      UNROLL for (int j = 0; j < size; j++) window[i * size + j] = ISA(load)(line + j * LANES);
    }
    return;
  }
  for (int i = 0; i < size; i++) {
    for (int j = 0; j < size; j++) {
      int inside = y + i >= 0 && y + i < height && x + j >= 0 && x + j < width;
      window[i * size + j] =
          inside ? ISA(load)(map + ((ptrdiff_t)(y + i) * width + x + j) * LANES) : (vec){0};
    }
  }
}

INLINE void ISA(winograd_input_tiles)(
    const int m, const int r, const facet_winograd *job) {
  const int alpha = m + r - 1;
  ptrdiff_t plane = (ptrdiff_t)job->height * job->width * LANES;
  for (int t = 0; t < job->tiles; t++) {
    ISA(tile_place) place = ISA(place_of_tile)(job, job->first_tile + t);
    for (int b = 0; b < job->blocks; b++) {
      vec window[alpha * alpha], half[alpha * alpha];
      ISA(read_window)(
          alpha, job->input + place.image * job->input_image + (job->first_block + b) * plane,
          job->height, job->width, place.y - job->pad_top, place.x - job->pad_left, window);
      UNROLL for (int j = 0; j < alpha; j++)
        ISA(winograd_input_line)(alpha, window + j, alpha, half + j, alpha);
      float *to = job->values + (job->first_block + b) * job->values_block + (ptrdiff_t)t * LANES;
      UNROLL for (int i = 0; i < alpha; i++) {
        vec line[alpha];
        ISA(winograd_input_line)(alpha, half + i * alpha, 1, line, 1);
        UNROLL for (int j = 0; j < alpha; j++)
          ISA(store)(to + (i * alpha + j) * job->values_xi, line[j]);
      }
    }
  }
}

static void ISA(winograd_input)(const facet_winograd *job) {
  FACET_WINOGRAD(winograd_input_tiles, job->m, job->kernel, job);
}

INLINE void ISA(winograd_output_tiles)(
    const int m, const int r, const facet_winograd *job) {
  const int alpha = m + r - 1;
  int height = job->output_height, width = job->output_width;
  ptrdiff_t plane = (ptrdiff_t)height * width * LANES;
  for (int t = 0; t < job->tiles; t++) {
    ISA(tile_place) place = ISA(place_of_tile)(job, job->first_tile + t);
    int rows = height - place.y < m ? height - place.y : m;
    int columns = width - place.x < m ? width - place.x : m;
    for (int b = 0; b < job->blocks; b++) {
      int block = job->first_block + b;
      const float *from = job->products + b * job->products_block + (ptrdiff_t)t * LANES;
      vec product[alpha * alpha], half[m * alpha], result[m * m];
      UNROLL for (int i = 0; i < alpha * alpha; i++)
        product[i] = ISA(load)(from + i * job->products_xi);
      UNROLL for (int j = 0; j < alpha; j++)
        ISA(winograd_output_line)(m, alpha, product + j, alpha, half + j, alpha);
      UNROLL for (int i = 0; i < m; i++)
        ISA(winograd_output_line)(m, alpha, half + i * alpha, 1, result + i * m, 1);
      vec bias = job->bias ? ISA(load)(job->bias + block * LANES) : (vec){0};
      UNROLL for (int i = 0; i < m * m; i++) result[i] += bias;
      if (job->scale) {
        vec scale = ISA(load)(job->scale + block * LANES);
        vec shift = ISA(load)(job->shift + block * LANES);
        UNROLL for (int i = 0; i < m * m; i++) result[i] = result[i] * scale + shift;
      }
      ptrdiff_t offset = block * plane + ((ptrdiff_t)place.y * width + place.x) * LANES;
      float *to = job->output + place.image * job->output_image + offset;
      const float *residual =
          job->residual ? job->residual + place.image * job->residual_image + offset : NULL;
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          ptrdiff_t pixel = ((ptrdiff_t)i * width + j) * LANES;
          ISA(store)(
              to + pixel,
              ISA(finish)(
                  &job->epilogue, result[i * m + j], residual ? residual + pixel : NULL,
                  job->slopes + block * LANES));
        }
      }
    }
  }
}

static void ISA(winograd_output)(const facet_winograd *job) {
  FACET_WINOGRAD(winograd_output_tiles, job->m, job->kernel, job);
}

// The transform of an output gradient of 3x3 kernels, read as `input`: values = A g A^T.
INLINE void ISA(winograd_gradient_tiles)(const int m, const facet_winograd *job) {
  const int alpha = m + 2;
  ptrdiff_t plane = (ptrdiff_t)job->height * job->width * LANES;
  for (int t = 0; t < job->tiles; t++) {
    ISA(tile_place) place = ISA(place_of_tile)(job, job->first_tile + t);
    for (int b = 0; b < job->blocks; b++) {
      vec window[m * m], half[alpha * m];
      ISA(read_window)(
          m, job->input + place.image * job->input_image + (job->first_block + b) * plane,
          job->height, job->width, place.y, place.x, window);
      UNROLL for (int j = 0; j < m; j++)
        ISA(winograd_gradient_line)(m, window + j, m, half + j, m);
      float *to = job->values + (job->first_block + b) * job->values_block + (ptrdiff_t)t * LANES;
      UNROLL for (int i = 0; i < alpha; i++) {
        vec line[alpha];
        ISA(winograd_gradient_line)(m, half + i * m, 1, line, 1);
        UNROLL for (int j = 0; j < alpha; j++)
          ISA(store)(to + (i * alpha + j) * job->values_xi, line[j]);
      }
    }
  }
}

static void ISA(winograd_gradient)(const facet_winograd *job) {
  if (job->m == 2) ISA(winograd_gradient_tiles)(2, job);
  else ISA(winograd_gradient_tiles)(4, job);
}
