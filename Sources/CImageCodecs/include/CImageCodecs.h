#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

// Decoding of JPEG (libjpeg) and GIF (giflib) from memory. Both libraries report errors in ways
// Swift can't take part in (longjmp, exit); here every error is a return value with a text.

// What a decoder may spend. Both limits are checked against the header before pixels are allocated.
typedef struct {
  uint32_t max_side;    // largest width or height
  uint64_t max_pixels;  // largest width * height
} facet_limits;

// A decoded picture: 3 * width * height bytes of interleaved RGB, rows from the top.
typedef struct {
  uint32_t width;
  uint32_t height;
  uint8_t *rgb;  // owned; give it back with facet_picture_free
} facet_picture;

typedef enum {
  FACET_DECODED = 0,
  FACET_TRUNCATED = 1,  // the data ends before the picture does
  FACET_TOO_LARGE = 2,  // picture->width and height hold what the header says
  FACET_DAMAGED = 3     // anything else; the text says what
} facet_status;

// Decodes a baseline or progressive JPEG of one component, YCbCr, RGB, CMYK or YCCK.
//
// Data that ends early or has a broken entropy code is an error, where libjpeg would only warn and
// fill up with grey. Stray bytes between segments and after the end are passed over. At most
// error_capacity bytes of text, zero-terminated, are written to error unless FACET_DECODED is
// returned. EXIF orientation is not looked at.
facet_status facet_decode_jpeg(const uint8_t *data, size_t size, facet_limits limits,
                               facet_picture *picture, char *error, size_t error_capacity);

// Decodes the first frame of a GIF87a or GIF89a, placed on the file's canvas; what is transparent
// or not covered is white. The frame must be followed by another block or the trailer.
facet_status facet_decode_gif(const uint8_t *data, size_t size, facet_limits limits,
                              facet_picture *picture, char *error, size_t error_capacity);

// Frees the pixels of a decoded picture; harmless on an empty one.
void facet_picture_free(facet_picture *picture);

#endif
