#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

#include "CImageCodecs.h"

typedef struct {
  const uint8_t *data;
  size_t size;
  size_t position;
  int ran_out;  // whether giflib asked for bytes past the end
} source;

typedef struct {
  facet_status status;
  char *text;
  size_t capacity;
} outcome;

static facet_status say(outcome *result, facet_status status, const char *format, ...) {
  result->status = status;
  if (result->capacity == 0) return status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(result->text, result->capacity, format, arguments);
  va_end(arguments);
  return status;
}

static facet_status say_gif_error(outcome *result, const source *from, int code) {
  const char *text = GifErrorString(code);
  int truncated = from->ran_out || code == D_GIF_ERR_EOF_TOO_SOON;
  return say(result, truncated ? FACET_TRUNCATED : FACET_DAMAGED, "%s",
             truncated ? "the data ends inside the picture" : text ? text : "not a valid GIF");
}

static int read_bytes(GifFileType *file, GifByteType *buffer, int count) {
  source *from = file->UserData;
  size_t left = from->size - from->position;
  size_t taken = (size_t)count < left ? (size_t)count : left;
  if (taken < (size_t)count) from->ran_out = 1;
  memcpy(buffer, from->data + from->position, taken);
  from->position += taken;
  return (int)taken;
}

static int is_too_large(uint64_t width, uint64_t height, facet_limits limits) {
  return width > limits.max_side || height > limits.max_side ||
         width * height > limits.max_pixels;
}

// Reads blocks up to the descriptor of the first frame. *transparent becomes the palette index
// that is see-through in it, or stays -1.
static facet_status find_frame(GifFileType *file, const source *from, int *transparent,
                               outcome *result) {
  for (;;) {
    GifRecordType type;
    if (DGifGetRecordType(file, &type) == GIF_ERROR) {
      return say_gif_error(result, from, file->Error);
    }
    if (type == TERMINATE_RECORD_TYPE) return say(result, FACET_DAMAGED, "no frame in the file");
    if (type == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(file) == GIF_ERROR) return say_gif_error(result, from, file->Error);
      return FACET_DECODED;
    }
    if (type != EXTENSION_RECORD_TYPE) return say(result, FACET_DAMAGED, "an unknown block");
    int function = 0;
    GifByteType *block = NULL;
    if (DGifGetExtension(file, &function, &block) == GIF_ERROR) {
      return say_gif_error(result, from, file->Error);
    }
    while (block) {
      GraphicsControlBlock control;
      if (function == GRAPHICS_EXT_FUNC_CODE &&
          DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
        *transparent = control.TransparentColor;
      }
      if (DGifGetExtensionNext(file, &block) == GIF_ERROR) {
        return say_gif_error(result, from, file->Error);
      }
    }
  }
}

// Reads the palette indices of the frame into `indices`, undoing the interlacing.
static facet_status read_indices(GifFileType *file, const source *from, uint8_t *indices,
                                 outcome *result) {
  static const int offsets[] = {0, 4, 2, 1};
  static const int steps[] = {8, 8, 4, 2};
  int width = file->Image.Width;
  int height = file->Image.Height;
  int passes = file->Image.Interlace ? 4 : 1;
  for (int pass = 0; pass < passes; pass++) {
    int first = passes == 1 ? 0 : offsets[pass];
    int step = passes == 1 ? 1 : steps[pass];
    for (int y = first; y < height; y += step) {
      if (DGifGetLine(file, indices + (size_t)y * width, width) == GIF_ERROR) {
        return say_gif_error(result, from, file->Error);
      }
    }
  }
  if (from->position >= from->size) {
    return say(result, FACET_TRUNCATED, "the data ends after the first frame");
  }
  return FACET_DECODED;
}

static facet_status paint(const GifFileType *file, const uint8_t *indices, int transparent,
                          facet_picture *picture, outcome *result) {
  const ColorMapObject *colors = file->Image.ColorMap ? file->Image.ColorMap : file->SColorMap;
  if (!colors) return say(result, FACET_DAMAGED, "no colour table");
  size_t bytes = (size_t)3 * picture->width * picture->height;
  picture->rgb = malloc(bytes);
  if (!picture->rgb) {
    return say(result, FACET_DAMAGED, "no memory for %ux%u pixels", picture->width,
               picture->height);
  }
  memset(picture->rgb, 255, bytes);
  for (int y = 0; y < file->Image.Height; y++) {
    for (int x = 0; x < file->Image.Width; x++) {
      int index = indices[(size_t)y * file->Image.Width + x];
      uint32_t column = (uint32_t)(file->Image.Left + x);
      uint32_t line = (uint32_t)(file->Image.Top + y);
      if (index == transparent || column >= picture->width || line >= picture->height) continue;
      if (index >= colors->ColorCount) {
        return say(result, FACET_DAMAGED, "colour %d of a table of %d", index, colors->ColorCount);
      }
      GifColorType color = colors->Colors[index];
      uint8_t *pixel = picture->rgb + 3 * ((size_t)line * picture->width + column);
      pixel[0] = color.Red;
      pixel[1] = color.Green;
      pixel[2] = color.Blue;
    }
  }
  return FACET_DECODED;
}

static facet_status decode(GifFileType *file, const source *from, facet_limits limits,
                           facet_picture *picture, uint8_t **indices, outcome *result) {
  int transparent = NO_TRANSPARENT_COLOR;
  if (find_frame(file, from, &transparent, result)) return result->status;
  int width = file->Image.Width;
  int height = file->Image.Height;
  int has_canvas = file->SWidth > 0 && file->SHeight > 0;
  picture->width = (uint32_t)(has_canvas ? file->SWidth : width);
  picture->height = (uint32_t)(has_canvas ? file->SHeight : height);
  if (width <= 0 || height <= 0) {
    return say(result, FACET_DAMAGED, "the header says %dx%d pixels", width, height);
  }
  if (is_too_large(picture->width, picture->height, limits)) {
    return say(result, FACET_TOO_LARGE, "%ux%u pixels", picture->width, picture->height);
  }
  if (is_too_large((uint64_t)width, (uint64_t)height, limits)) {
    picture->width = (uint32_t)width;
    picture->height = (uint32_t)height;
    return say(result, FACET_TOO_LARGE, "%dx%d pixels", width, height);
  }
  *indices = malloc((size_t)width * height);
  if (!*indices) return say(result, FACET_DAMAGED, "no memory for %dx%d pixels", width, height);
  if (read_indices(file, from, *indices, result)) return result->status;
  return paint(file, *indices, transparent, picture, result);
}

facet_status facet_decode_gif(const uint8_t *data, size_t size, facet_limits limits,
                              facet_picture *picture, char *error, size_t error_capacity) {
  source from = {data, size, 0, 0};
  outcome result = {FACET_DECODED, error, error_capacity};
  memset(picture, 0, sizeof *picture);
  int code = 0;
  GifFileType *file = DGifOpen(&from, read_bytes, &code);
  if (!file) return say_gif_error(&result, &from, code);
  uint8_t *indices = NULL;
  decode(file, &from, limits, picture, &indices, &result);
  free(indices);
  DGifCloseFile(file, &code);
  if (result.status != FACET_DECODED) facet_picture_free(picture);
  return result.status;
}
