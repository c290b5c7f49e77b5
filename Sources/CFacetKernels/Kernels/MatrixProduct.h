// Matrix products: panels of A and B are packed so that the register tile of Tile.h reads both in
// order.

// Terms of a panel: two columns of B's blocks of them stay in the first-level cache. The sums of a
// panel start from zero and are added to C, which is more exact than one long sum.
#define PRODUCT_TERMS 192
// Rows of A that are packed together: these panels stay in the second-level cache while the blocks
// of B go by.
#define PRODUCT_ROWS (TILE_PIXELS * (128 / TILE_PIXELS))
// Columns of B that are packed together, for the last-level cache.
#define PRODUCT_COLUMNS 512

static ptrdiff_t ISA(matrix_scratch)(const facet_matrix_product *job) {
  ptrdiff_t columns = (job->columns + LANES - 1) / LANES * LANES;
  if (columns > PRODUCT_COLUMNS) columns = PRODUCT_COLUMNS;
  return PRODUCT_TERMS * (columns + PRODUCT_ROWS);
}

// to[term][TILE_PIXELS] = A's rows; rows that don't exist aren't read afterwards.
static void ISA(pack_rows)(
    const float *a, ptrdiff_t row, ptrdiff_t term, int rows, int terms, float *to) {
  int k = 0;
  if (term == 1 && rows == TILE_PIXELS && TILE_PIXELS > 2) {
    for (; k + LANES <= terms; k += LANES) {
      vec lines[LANES];
      UNROLL for (int r = 0; r < LANES; r++)
        lines[r] = r < TILE_PIXELS ? ISA(load)(a + r * row + k) : (vec){0};
      ISA(transpose)(lines);
      // A line is wider than its place: the lines behind it cover what is too much.
      UNROLL for (int i = 0; i < LANES; i++) {
        ptrdiff_t room = (LANES - i) * TILE_PIXELS;
        ISA(store_part)(to + (k + i) * TILE_PIXELS, lines[i], room < LANES ? TILE_PIXELS : LANES);
      }
    }
  }
  for (; k < terms; k++) {
    for (int r = 0; r < rows; r++) to[k * TILE_PIXELS + r] = a[r * row + k * term];
  }
}

// to[term][16] = one block of B's columns, filled up with zeros.
static void ISA(pack_columns)(
    const float *b, ptrdiff_t term, ptrdiff_t column, int columns, int terms, float *to) {
  int k = 0;
  if (column == 1) {
    for (; k < terms; k++)
      ISA(store)(to + k * LANES, ISA(load_part)(b + k * term, columns));
  } else if (term == 1) {
    for (; k + LANES <= terms; k += LANES) {
      vec lines[LANES];
      for (int c = 0; c < LANES; c++)
        lines[c] = c < columns ? ISA(load)(b + c * column + k) : (vec){0};
      ISA(transpose)(lines);
      UNROLL for (int i = 0; i < LANES; i++) ISA(store)(to + (k + i) * LANES, lines[i]);
    }
  }
  for (; k < terms; k++) {
    for (int c = 0; c < LANES; c++)
      to[k * LANES + c] = c < columns ? b[k * term + c * column] : 0;
  }
}

// One register tile: `rows` rows and `blocks` blocks of columns, of which `columns` exist.
INLINE void ISA(product_tile)(
    const int rows, const int blocks, const float *a, const float *b, ptrdiff_t block, int terms,
    float *c, ptrdiff_t c_row, int columns, int adds) {
  vec sum[TILE_PIXELS][TILE_BLOCKS];
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int i = 0; i < blocks; i++) sum[r][i] = (vec){0};
  }
  ISA(accumulate)(rows, blocks, sum, a, 1, TILE_PIXELS, b, block, terms);
  UNROLL for (int r = 0; r < rows; r++) {
    UNROLL for (int i = 0; i < blocks; i++) {
      float *to = c + r * c_row + i * LANES;
      int left = columns - i * LANES;
      if (adds) sum[r][i] += ISA(load_part)(to, left);
      ISA(store_part)(to, sum[r][i], left);
    }
  }
}

#define FACET_PRODUCT(R)                                                                        \
  static __attribute__((noinline)) void ISA(product_##R)(                                       \
      const float *a, const float *b, ptrdiff_t block, int terms, float *c, ptrdiff_t c_row,    \
      int columns, int adds) {                                                                  \
    if (columns >= TILE_BLOCKS * LANES) {                                                       \
      ISA(product_tile)(                                                                        \
          R, TILE_BLOCKS, a, b, block, terms, c, c_row, TILE_BLOCKS * LANES, adds);             \
    } else if (columns > LANES) {                                                               \
      ISA(product_tile)(R, TILE_BLOCKS, a, b, block, terms, c, c_row, columns, adds);           \
    } else {                                                                                    \
      ISA(product_tile)(R, 1, a, b, block, terms, c, c_row, columns, adds);                     \
    }                                                                                           \
  }

FACET_PRODUCT(1)
FACET_PRODUCT(2)
#if TILE_PIXELS > 2
FACET_PRODUCT(4)
FACET_PRODUCT(6)
#endif
#if TILE_PIXELS > 6
FACET_PRODUCT(8)
FACET_PRODUCT(10)
FACET_PRODUCT(12)
FACET_PRODUCT(14)
#endif

// Up to TILE_PIXELS rows; an odd one goes by itself.
static void ISA(product_rows)(
    int rows, const float *a, const float *b, ptrdiff_t block, int terms, float *c,
    ptrdiff_t c_row, int columns, int adds) {
  switch (rows / 2 * 2) {
#if TILE_PIXELS > 6
    case 14: ISA(product_14)(a, b, block, terms, c, c_row, columns, adds); break;
    case 12: ISA(product_12)(a, b, block, terms, c, c_row, columns, adds); break;
    case 10: ISA(product_10)(a, b, block, terms, c, c_row, columns, adds); break;
    case 8: ISA(product_8)(a, b, block, terms, c, c_row, columns, adds); break;
#endif
#if TILE_PIXELS > 2
    case 6: ISA(product_6)(a, b, block, terms, c, c_row, columns, adds); break;
    case 4: ISA(product_4)(a, b, block, terms, c, c_row, columns, adds); break;
#endif
    case 2: ISA(product_2)(a, b, block, terms, c, c_row, columns, adds); break;
    default: break;
  }
  if (rows % 2) {
    ISA(product_1)(
        a + (rows - 1), b, block, terms, c + (rows - 1) * c_row, c_row, columns, adds);
  }
}

INLINE int ISA(part)(ptrdiff_t whole, ptrdiff_t first, ptrdiff_t most) {
  return (int)(whole - first < most ? whole - first : most);
}

static void ISA(matrix_product)(const facet_matrix_product *job) {
  float *panel_a = job->scratch, *panel_b = job->scratch + PRODUCT_TERMS * PRODUCT_ROWS;
  if (job->inner == 0 && !job->adds) {
    for (ptrdiff_t m = 0; m < job->rows; m++)
      memset(job->c + m * job->c_row, 0, (size_t)job->columns * sizeof(float));
  }
  for (ptrdiff_t first = 0; first < job->columns; first += PRODUCT_COLUMNS) {
    int columns = ISA(part)(job->columns, first, PRODUCT_COLUMNS);
    for (ptrdiff_t k = 0; k < job->inner; k += PRODUCT_TERMS) {
      int terms = ISA(part)(job->inner, k, PRODUCT_TERMS);
      const ptrdiff_t block = (ptrdiff_t)terms * LANES;
      for (int n = 0; n < columns; n += LANES) {
        ISA(pack_columns)(
            job->b + k * job->b_row + (first + n) * job->b_column, job->b_row, job->b_column,
            ISA(part)(columns, n, LANES), terms, panel_b + n / LANES * block);
      }
      for (ptrdiff_t m = 0; m < job->rows; m += PRODUCT_ROWS) {
        int rows = ISA(part)(job->rows, m, PRODUCT_ROWS);
        for (int r = 0; r < rows; r += TILE_PIXELS) {
          ISA(pack_rows)(
              job->a + (m + r) * job->a_row + k * job->a_column, job->a_row, job->a_column,
              ISA(part)(rows, r, TILE_PIXELS), terms, panel_a + (ptrdiff_t)r * terms);
        }
        for (int n = 0; n < columns; n += TILE_BLOCKS * LANES) {
          for (int r = 0; r < rows; r += TILE_PIXELS) {
            ISA(product_rows)(
                ISA(part)(rows, r, TILE_PIXELS), panel_a + (ptrdiff_t)r * terms,
                panel_b + n / LANES * block, block, terms,
                job->c + (m + r) * job->c_row + first + n, job->c_row, columns - n,
                k > 0 || job->adds);
          }
        }
      }
    }
  }
}
