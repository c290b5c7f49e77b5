// The inner loops of convolution, matrix product, pooling and normalisation, for each instruction
// set, chosen at run time.
//
// Maps are stored in blocks of 16 channels: [image][channel / 16][row][column][channel % 16]. The
// channels that fill up the last block are zero where a kernel writes them and are multiplied by
// weights of zero where one reads them. Strides are in floats. No kernel allocates memory or starts
// a thread; each call does one item of work and the caller spreads the items.
#ifndef CFACETKERNELS_H
#define CFACETKERNELS_H

#include <stddef.h>
#include <stdint.h>

// MARK: What a kernel does to a result before it stores it

enum facet_activation {
  FACET_NONE = 0,
  // min(max(y, low), high): ReLU with 0 and infinity.
  FACET_CLAMP = 1,
  // y > 0 ? y : slope * y, a slope for each channel.
  FACET_PRELU = 2,
};

// y = activation((sum + bias) * scale + shift + residual)
typedef struct {
  int activation;
  float low;
  float high;
} facet_epilogue;

// MARK: Convolution

// One call of the register tile: a segment of one output row. See Kernels/Tile.h.
typedef struct {
  const float *input;
  ptrdiff_t input_block;   // from one block of input channels to the next
  ptrdiff_t input_pixel;   // between the inputs of neighbouring output pixels
  ptrdiff_t channel;       // between the channels of one block
  ptrdiff_t tap_row;       // between the rows of the kernel
  ptrdiff_t tap_column;    // between its columns
  int input_blocks;
  int channels;            // in one block
  int kernel_rows;
  int kernel_columns;
  int summed_rows;         // kernel rows that are summed before the sums are put aside; set inside
  const float *weights;    // [input block][ky][kx][channel][16]
  ptrdiff_t weight_block;  // between blocks of output channels
  ptrdiff_t weight_input_block;
  const float *bias;       // for each output channel; NULL for none
  const float *scale;      // the sums are multiplied by it, for each output channel; NULL for none
  const float *shift;      // and this is added then
  const float *slopes;
  const float *residual;   // laid out as the output; NULL for none
  float *output;
  ptrdiff_t output_block;
  ptrdiff_t output_pixel;
  facet_epilogue epilogue;
  int continues;           // whether the output holds a part of the sums already
  int pauses;              // whether a further part follows, so that nothing is finished yet
} facet_tile;

// A band of output rows of one image, for some blocks of output channels.
typedef struct {
  facet_tile tile;         // as for the band's first row and pixel; kernel_rows is the whole kernel's
  int rows;                // output rows
  int columns;             // output pixels in a row
  int output_blocks;
  ptrdiff_t output_row;
  ptrdiff_t input_row;     // between the inputs of neighbouring output rows
  int row_stride;          // the same in rows of the input
  int row_dilation;
  int top;                 // the input row, counted from the first that exists, of the first tap
  int input_rows;          // how many input rows exist; taps outside are skipped
} facet_band;

// MARK: Staging

// A copy of some rows of a map with a halo of zeros at the sides, perhaps batch-normed and rectified
// on the way (a convolution behind a batch norm and a ReLU).
typedef struct {
  const float *input;      // block 0, the first row to copy, column 0
  ptrdiff_t input_block;
  ptrdiff_t input_row;
  int blocks;
  int rows;
  int columns;             // of the input
  int lanes;               // floats in one pixel: 16, or 1 for planes as images have them
  int left;                // halo columns; negative cuts columns off
  int width;               // columns of the copy
  const float *scale;      // for each channel; NULL for a plain copy
  const float *shift;
  facet_epilogue epilogue;
  float *output;           // [block][row][width][lanes]
} facet_stage;

// MARK: Depthwise convolution

// Output rows of one block of channels of one image; fields as in facet_tile and facet_band.
typedef struct {
  const float *input;
  ptrdiff_t input_pixel;
  ptrdiff_t input_row;
  ptrdiff_t tap_row;
  ptrdiff_t tap_column;
  int kernel_rows;
  int kernel_columns;
  const float *weights;    // [ky][kx][16]
  const float *bias;
  const float *scale;
  const float *shift;
  const float *slopes;
  const float *residual;
  float *output;
  ptrdiff_t output_pixel;
  ptrdiff_t output_row;
  facet_epilogue epilogue;
  int rows;
  int columns;
  int row_stride;
  int row_dilation;
  int top;
  int input_rows;
} facet_depthwise;

// MARK: Gradients of weights

// sums[b][c][16] += sum over rows and columns of input[c] * gradient[b][16].
typedef struct {
  const float *input;      // neighbouring channels are neighbours
  ptrdiff_t input_step;    // between the inputs of neighbouring pixels
  ptrdiff_t input_row;
  int channels;
  const float *gradient;
  ptrdiff_t gradient_block;
  ptrdiff_t gradient_row;
  int blocks;
  int rows;
  int columns;
  float *sums;
  ptrdiff_t sums_block;
} facet_outer;

// The weights' gradient from one image: one block of input channels, some blocks of output channels.
typedef struct {
  const float *input;      // the block's map
  int input_rows;
  int input_columns;
  const float *gradient;   // the first output block's map
  ptrdiff_t gradient_block;
  int output_rows;
  int output_columns;
  int blocks;
  int kernel_rows;
  int kernel_columns;
  int row_stride;
  int column_stride;
  int row_dilation;
  int column_dilation;
  int pad_top;
  int pad_left;
  float *sums;             // added to: [output block][ky][kx][16][16]
  ptrdiff_t sums_block;
} facet_weight_gradient;

// MARK: Winograd

// Some tiles of a batch of maps: F(2x2, 3x3), F(4x4, 3x3) or F(2x2, 5x5), alpha = m + kernel - 1. Tiles
// are numbered image by image, row by row.
typedef struct {
  int m;
  int kernel;
  int first_tile;
  int tiles;
  int tile_rows;           // of one image
  int tile_columns;
  // Input transform: values[xi][block][tile][16] = B^T d B.
  const float *input;
  ptrdiff_t input_image;
  int height;
  int width;
  int pad_top;
  int pad_left;
  int first_block;
  int blocks;
  float *values;
  ptrdiff_t values_xi;
  ptrdiff_t values_block;
  // Output transform: A^T m A of products[xi][block][tile][16].
  const float *products;
  ptrdiff_t products_xi;
  ptrdiff_t products_block;
  float *output;
  const float *residual;
  ptrdiff_t output_image;
  ptrdiff_t residual_image;
  int output_height;
  int output_width;
  const float *bias;
  const float *scale;
  const float *shift;
  const float *slopes;
  facet_epilogue epilogue;
} facet_winograd;

// Matrix products over tiles, for `count` xi: output[b][t][16] = sum of input[c][t] * weights[b][c][16].
typedef struct {
  int count;
  int tiles;
  const float *input;      // [xi][block][tile][16]
  ptrdiff_t input_xi;
  ptrdiff_t input_block;
  int input_blocks;
  const float *weights;    // [xi][output block][input block][16][16]
  ptrdiff_t weight_xi;
  ptrdiff_t weight_block;
  float *output;           // [xi][output block][tile][16]
  ptrdiff_t output_xi;
  ptrdiff_t output_block;
  int output_blocks;
} facet_products;

// MARK: Packed weights

// One block of 16 output channels of a convolution's weights, or of its transpose for the gradient of
// the input (where `outputs` are the convolution's input channels).
typedef struct {
  const float *raw;        // tap (0, 0) of the first channels
  ptrdiff_t raw_output;
  ptrdiff_t raw_input;
  ptrdiff_t raw_row;       // negative to turn the kernel around
  ptrdiff_t raw_column;
  int outputs;
  int inputs;
  int groups;
  int transposed;
  int first_output;
  int first_input;
  int input_blocks;
  int channels;            // in an input block
  int kernel_rows;
  int kernel_columns;
  float *packed;
  int m;                   // Winograd's; its packed weights are `packed_xi` apart
  ptrdiff_t packed_xi;
} facet_pack;

// MARK: The kernels of one instruction set

typedef struct {
  const char *name;
  void (*convolution)(const facet_band *);
  void (*stage)(const facet_stage *);
  void (*winograd_input)(const facet_winograd *);
  void (*winograd_multiply)(const facet_products *);
  void (*winograd_output)(const facet_winograd *);
  void (*winograd_gradient)(const facet_winograd *);
  void (*depthwise)(const facet_depthwise *);
  void (*outer)(const facet_outer *);
  void (*weight_gradient)(const facet_weight_gradient *);
  void (*depthwise_gradient)(const facet_weight_gradient *);
  void (*pack)(const facet_pack *);
  void (*pack_winograd)(const facet_pack *);
  void (*unpack)(const facet_pack *, float *raw);
  void (*unpack_winograd)(const facet_pack *, float *raw);
} facet_kernels;

extern const facet_kernels facet_kernels_avx512;
extern const facet_kernels facet_kernels_avx2;
extern const facet_kernels facet_kernels_portable;

#include "FacetMapKernels.h"

#endif
