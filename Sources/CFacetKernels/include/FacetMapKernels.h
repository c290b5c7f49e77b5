// The kernels of everything but convolution: pooling, normalisation, elements, layout, fully
// connected layers and matrix products, for each instruction set.
//
// Maps are blocked as CFacetKernels.h says. A call works on some channel blocks of one image;
// `blocks` of them lie `..._block` floats apart, and the pixels of one block follow each other
// without a gap. "May be cut along" names the dimensions along which a caller may give the parts to
// several calls: the results are the same to the bit however it cuts. Vectors "for each channel"
// hold blocks * 16 floats. Lanes beyond the last channel are expected to hold zeros and hold zeros
// afterwards where nothing else is said.
//
// Inputs and outputs may be the same array where "in place" is said; otherwise they don't overlap.
#ifndef FACETMAPKERNELS_H
#define FACETMAPKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "CFacetKernels.h"

// MARK: Pooling

// The places of one window along one direction: every step-th of start..<end, all of them inside
// the input. Empty if end <= start; step is at least 1.
typedef struct {
  int start;
  int end;
  int step;
} facet_span;

// Windows over some blocks of one image: one for each pair of a row span and a column span.
typedef struct {
  const float *input;        // [block][height][width][16]
  ptrdiff_t input_block;
  int height;
  int width;
  int blocks;
  int channels;              // that exist, counted from the first block's first
  const facet_span *rows;
  int row_count;
  const facet_span *columns;
  int column_count;
  float *output;             // [block][row_count][column_count][16]
  ptrdiff_t output_block;
  const float *divisors;     // of averages: [row_count][column_count], none of them zero
} facet_pool;

// The gradient of a pool's input.
typedef struct {
  facet_pool pool;           // as in the forward pass; max: its output is read, average: neither
                             // input nor output are
  const float *gradient;     // [block][row_count][column_count][16]
  ptrdiff_t gradient_block;
  float *input_gradient;     // [block][height][width][16]
  ptrdiff_t input_gradient_block;
  int last_wins;             // max: the last window in row-major order sets its place's value
  int adds;                  // whether the gradient is added to what is there (not with last_wins)
} facet_pool_gradient;

// MARK: Normalisation

// y = act(x * scale + shift + residual) for each channel. In place. May be cut along blocks and
// pixels. Where scale is NULL, y = act(x + residual). Lanes beyond the last channel: shift is zero
// there; a clamp whose range leaves zero out writes its nearer end.
typedef struct {
  const float *input;        // [block][pixels][16]
  ptrdiff_t input_block;
  const float *residual;     // NULL for none
  ptrdiff_t residual_block;
  float *output;
  ptrdiff_t output_block;
  int blocks;
  ptrdiff_t pixels;
  const float *scale;        // for each channel; NULL for a plain activation
  const float *shift;
  const float *slopes;       // of FACET_PRELU
  facet_epilogue epilogue;
} facet_affine;

// Sums over the pixels of one image, for each channel, in double precision so that a caller loses
// nothing when it adds images up. May be cut along blocks.
typedef struct {
  const float *input;        // [block][pixels][16]
  ptrdiff_t input_block;
  int blocks;
  ptrdiff_t pixels;
  const float *centre;       // squares only, for each channel: sums of (x - centre)^2
  double *sums;              // overwritten: [block][16]
} facet_channel_sums;

// The sums of gy and of gy * (x - mean) over the pixels of one image, for each channel. May be cut
// along blocks.
typedef struct {
  const float *input;        // x; NULL where only the sums of gy are wanted
  ptrdiff_t input_block;
  const float *gradient;     // gy
  ptrdiff_t gradient_block;
  const float *mask;         // the output of a ReLU behind the norm, which stops gy where it is
                             // <= 0; NULL for none
  ptrdiff_t mask_block;
  int blocks;
  ptrdiff_t pixels;
  const float *mean;         // for each channel
  double *sums;              // overwritten: [block][16]
  double *products;          // overwritten; not written if input is NULL
} facet_norm_sums;

// gx = scale * (gy - offset - (x - mean) * slope) for each channel: batch norm's gradient with
// scale = weight / sqrt(variance + epsilon), offset = the mean of gy, slope = the mean of gy * (x -
// mean) divided by (variance + epsilon). In place (the gradient). May be cut along blocks and
// pixels. Scale is zero in lanes beyond the last channel.
typedef struct {
  const float *input;        // x; NULL for gx = scale * gy, the gradient under fixed statistics
  ptrdiff_t input_block;
  const float *gradient;     // gy
  ptrdiff_t gradient_block;
  const float *mask;         // as in facet_norm_sums
  ptrdiff_t mask_block;
  float *output;             // gx
  ptrdiff_t output_block;
  int blocks;
  ptrdiff_t pixels;
  const float *scale;
  const float *mean;
  const float *offset;
  const float *slope;
} facet_norm_gradient;

// Local response normalisation across all channels of one image: y = x * d^-beta with
// d = k + alpha / size * the sum of squares over size / 2 channels below, the channel itself and
// (size - 1) / 2 above. May be cut along pixels.
typedef struct {
  const float *input;        // [block][pixels][16]
  ptrdiff_t input_block;
  const float *gradient;     // gy, for the gradient only
  ptrdiff_t gradient_block;
  float *output;             // y or gx
  ptrdiff_t output_block;
  int channels;              // of the image; blocks follow from it
  ptrdiff_t pixels;
  int size;                  // at least 1
  float alpha;
  float beta;
  float k;
} facet_response;

// MARK: Elements

// Flat ranges of floats. In place. May be cut anywhere.
typedef struct {
  const float *const *inputs;  // one or more
  int input_count;
  float *output;             // act(inputs[0] + inputs[1] + ...), added in this order
  ptrdiff_t count;
  facet_epilogue epilogue;   // FACET_NONE or FACET_CLAMP; FACET_PRELU with facet_affine
} facet_sum;

enum facet_gate {
  // Where the forward output is <= 0 nothing passes (a NaN lets pass, as in PyTorch), nor where it
  // is >= `high` if that is finite: the gradient of FACET_CLAMP from 0.
  FACET_GATE_RELU = 0,
  // The same, and only what is > 0 itself passes: guided backpropagation.
  FACET_GATE_GUIDED = 1,
  // Only what is > 0 itself passes, whatever the forward output: the deconvolution network.
  FACET_GATE_RECTIFIED = 2,
};

// The signal that passes a ReLU backwards. A flat range; in place; may be cut anywhere.
typedef struct {
  const float *forward;      // the ReLU's output; unused with FACET_GATE_RECTIFIED
  const float *gradient;
  float *output;
  ptrdiff_t count;
  int gate;
  float high;                // of a clamp, ReLU6 say; infinity for ReLU
} facet_relu_gradient;

// PReLU's gradients: gx = x > 0 ? gy : slope * gy (may be cut along blocks and pixels, in place),
// and the sums of x > 0 ? 0 : x * gy over the pixels of one image (may be cut along blocks).
typedef struct {
  const float *input;        // x: [block][pixels][16]
  ptrdiff_t input_block;
  const float *gradient;     // gy
  ptrdiff_t gradient_block;
  int blocks;
  ptrdiff_t pixels;
  const float *slopes;       // for each channel
  float *output;             // gx
  ptrdiff_t output_block;
  double *sums;              // overwritten: [block][16]
} facet_prelu_gradient;

// MARK: Layout

// Between planes [channel][pixel] and blocks [channel / 16][pixel][channel % 16]. May be cut along
// blocks and pixels.
typedef struct {
  const float *input;
  float *output;
  ptrdiff_t plane;           // from one plane to the next
  ptrdiff_t block;           // from one block to the next
  int channels;              // from the first block's first on
  ptrdiff_t pixels;
} facet_layout;

// MARK: Fully connected layers

// y[n][o] = act(bias[o] + sum over k of x[n][k] * w[o][k]) with the weights as they are, for a
// range of outputs. May be cut along outputs and rows.
typedef struct {
  const float *input;        // x[0]
  ptrdiff_t input_row;
  int rows;                  // n
  ptrdiff_t inputs;          // k
  const float *weights;      // w[0]
  ptrdiff_t weight_row;
  ptrdiff_t first_output;
  ptrdiff_t outputs;         // how many from there on
  const float *bias;         // bias[0]; NULL for none
  const float *slopes;       // slopes[0] of FACET_PRELU
  facet_epilogue epilogue;
  float *output;             // y[0]
  ptrdiff_t output_row;
} facet_linear;

// The gradients: gx[n][k] = sum over o of gy[n][o] * w[o][k] for a range of inputs k (may be cut
// along inputs; weights of outputs whose gy is 0 in all rows are not read, so not even a NaN among
// them shows), and gw[o][k] = sum over n of gy[n][o] * x[n][k] for a range of outputs o (may be cut
// along outputs).
typedef struct {
  const float *gradient;     // gy[0]
  ptrdiff_t gradient_row;
  int rows;                  // n
  ptrdiff_t inputs;          // k: all of them for gw, the range's length for gx
  ptrdiff_t outputs;         // o: all of them for gx, the range's length for gw
  ptrdiff_t first;           // of the range
  const float *weights;      // gx only: w[0]
  ptrdiff_t weight_row;
  const float *input;        // gw only: x[0]
  ptrdiff_t input_row;
  float *output;             // gx[0] or gw[0]
  ptrdiff_t output_row;
  int adds;                  // whether the result is added to what is there
} facet_linear_gradient;

// MARK: Matrix product

// C[rows x columns] = A[rows x inner] B[inner x columns], or added to C. Each of A and B has a
// stride of 1 one way (a transposed matrix is one whose rows are neighbours); any strides work. May
// be cut along rows and columns: give parts of about equal size along the longer one, since each
// call packs what it reads.
typedef struct {
  ptrdiff_t rows;
  ptrdiff_t columns;
  ptrdiff_t inner;
  const float *a;
  ptrdiff_t a_row;           // from one row to the next
  ptrdiff_t a_column;        // from one column to the next
  const float *b;
  ptrdiff_t b_row;
  ptrdiff_t b_column;
  float *c;
  ptrdiff_t c_row;
  int adds;
  float *scratch;            // as many floats as matrix_scratch says; 64-byte aligned is best
} facet_matrix_product;

// MARK: The kernels of one instruction set

typedef struct {
  const char *name;

  // Cut along blocks and rows (`rows` and `output` of the part; `divisors` too).
  void (*max_pool)(const facet_pool *);        // a NaN is largest; an empty window gives -infinity
  void (*average_pool)(const facet_pool *);    // sum / divisor
  // Cut along blocks. The place of a maximum is the first of equals, row by row, or, as in PyTorch,
  // the last NaN.
  void (*max_pool_gradient)(const facet_pool_gradient *);
  void (*average_pool_gradient)(const facet_pool_gradient *);

  void (*affine)(const facet_affine *);
  void (*channel_sums)(const facet_channel_sums *);
  void (*channel_squares)(const facet_channel_sums *);
  void (*norm_sums)(const facet_norm_sums *);
  void (*norm_gradient)(const facet_norm_gradient *);
  void (*response)(const facet_response *);
  void (*response_gradient)(const facet_response *);

  void (*sum)(const facet_sum *);
  void (*multiply)(const float *a, const float *b, float *output, ptrdiff_t count);  // in place
  void (*scale)(const float *input, float factor, float *output, ptrdiff_t count);   // in place
  void (*accumulate)(float *sum, const float *addend, ptrdiff_t count);  // sum += addend
  void (*zero)(float *output, ptrdiff_t count);
  void (*relu_gradient)(const facet_relu_gradient *);
  void (*prelu_gradient)(const facet_prelu_gradient *);
  void (*prelu_slopes)(const facet_prelu_gradient *);

  void (*planes_to_blocks)(const facet_layout *);
  void (*blocks_to_planes)(const facet_layout *);  // reads `channels` lanes only

  void (*linear)(const facet_linear *);
  void (*linear_input_gradient)(const facet_linear_gradient *);
  void (*linear_weight_gradient)(const facet_linear_gradient *);

  ptrdiff_t (*matrix_scratch)(const facet_matrix_product *);
  void (*matrix_product)(const facet_matrix_product *);

  // Multiplies and adds in registers only, `rounds` times; returns how many floating-point
  // operations that were. The caller's clock makes the machine's peak of it.
  double (*multiply_adds)(long rounds);
} facet_map_kernels;

extern const facet_map_kernels facet_map_kernels_avx512;
extern const facet_map_kernels facet_map_kernels_avx2;
extern const facet_map_kernels facet_map_kernels_portable;

// MARK: The processor

// Whether it has all that the kernels of that name use.
int facet_supports_avx512(void);
int facet_supports_avx2(void);

#endif
