// Sums over the pixels of a block, for each of its channels.

#ifndef FACET_DOUBLE_TYPES
#define FACET_DOUBLE_TYPES
typedef double dvec __attribute__((vector_size(128)));
typedef double unaligned_dvec __attribute__((vector_size(128), aligned(8)));

// What is added up.
enum facet_term {
  FACET_TERM_X,        // x
  FACET_TERM_SQUARE,   // (x - centre)^2
  FACET_TERM_GATED,    // g, or 0 where the mask is <= 0
  FACET_TERM_PRODUCT,  // the same times (x - centre)
  FACET_TERM_SLOPE,    // x > 0 ? 0 : x * g
};

typedef struct {
  const float *x;
  const float *g;
  const float *mask;  // NULL for none
} facet_term_lines;
#endif

// A map of a quarter of a million pixels added up one by one would lose some digits, so single
// precision goes this many pixels far, in eight sums that don't wait for each other.
#define FACET_SUM_PIXELS 512
#define FACET_SUMS 8

INLINE vec ISA(gated)(vec value, const float *mask) {
  return mask ? ISA(select)(ISA(load)(mask) <= 0, (vec){0}, value) : value;
}

INLINE vec ISA(term)(
    const enum facet_term term, const facet_term_lines *lines, vec centre, ptrdiff_t i) {
  const float *mask = lines->mask ? lines->mask + i : NULL;
  switch (term) {
    case FACET_TERM_X: return ISA(load)(lines->x + i);
    case FACET_TERM_SQUARE: {
      vec distance = ISA(load)(lines->x + i) - centre;
      return distance * distance;
    }
    case FACET_TERM_GATED: return ISA(gated)(ISA(load)(lines->g + i), mask);
    case FACET_TERM_PRODUCT:
      return ISA(gated)(ISA(load)(lines->g + i), mask) * (ISA(load)(lines->x + i) - centre);
    case FACET_TERM_SLOPE: {
      vec x = ISA(load)(lines->x + i);
      return ISA(select)(x > 0, (vec){0}, x * ISA(load)(lines->g + i));
    }
  }
}

// Adds the terms of pixels first..<end to total[16].
INLINE void ISA(add_terms)(
    double *total, const enum facet_term term, const facet_term_lines *lines, vec centre,
    ptrdiff_t first, ptrdiff_t end) {
  vec sums[FACET_SUMS] = {{0}};
  ptrdiff_t i = first;
  for (; i + FACET_SUMS <= end; i += FACET_SUMS) {
    UNROLL for (int s = 0; s < FACET_SUMS; s++)
      sums[s] += ISA(term)(term, lines, centre, (i + s) * LANES);
  }
  for (; i < end; i++) sums[0] += ISA(term)(term, lines, centre, i * LANES);
  vec sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
      ((sums[1] + sums[5]) + (sums[3] + sums[7]));
  unaligned_dvec *to = (unaligned_dvec *)total;
  *to += __builtin_convertvector(sum, dvec);
}

// total[16] = the sum of a term over a block's pixels; `other` is a second one on the way, so that
// what both read is read from memory once; NULL for none.
INLINE void ISA(term_sums)(
    double *total, const enum facet_term term, double *other, const enum facet_term other_term,
    const facet_term_lines *lines, vec centre, ptrdiff_t pixels) {
  memset(total, 0, LANES * sizeof(double));
  if (other) memset(other, 0, LANES * sizeof(double));
  for (ptrdiff_t first = 0; first < pixels; first += FACET_SUM_PIXELS) {
    ptrdiff_t end = first + FACET_SUM_PIXELS < pixels ? first + FACET_SUM_PIXELS : pixels;
    ISA(add_terms)(total, term, lines, centre, first, end);
    if (other) ISA(add_terms)(other, other_term, lines, centre, first, end);
  }
}
