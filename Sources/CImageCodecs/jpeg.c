#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "CImageCodecs.h"

// A progressive file may repeat scans of a large picture at no cost in bytes; none has this many.
#define MAX_SCANS 500

typedef struct {
  struct jpeg_error_mgr manager;  // first, so that libjpeg's pointer to it is a pointer to this
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  facet_status status;
  char *text;
  size_t capacity;
} error_state;

static void say(error_state *state, facet_status status, const char *format, ...) {
  state->status = status;
  if (state->capacity == 0) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(state->text, state->capacity, format, arguments);
  va_end(arguments);
}

static void leave_with_message(j_common_ptr info, facet_status status) {
  error_state *state = (error_state *)info->err;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  say(state, status, "%s", message);
  longjmp(state->escape, 1);
}

static void on_error(j_common_ptr info) {
  int code = info->err->msg_code;
  facet_status status = FACET_DAMAGED;
  if (code == JERR_INPUT_EOF || code == JERR_INPUT_EMPTY) status = FACET_TRUNCATED;
  leave_with_message(info, status);
}

// libjpeg only warns when it makes pixels up; those warnings are errors here.
static void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
      leave_with_message(info, FACET_TRUNCATED);
      break;
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_BOGUS_PROGRESSION:
    case JWRN_MUST_RESYNC:
    case JWRN_NOT_SEQUENTIAL:
      leave_with_message(info, FACET_DAMAGED);
      break;
    default:
      break;
  }
}

static void no_output(j_common_ptr info) { (void)info; }

static void on_progress(j_common_ptr info) {
  if (!info->is_decompressor) return;
  if (((j_decompress_ptr)info)->input_scan_number <= MAX_SCANS) return;
  error_state *state = (error_state *)info->err;
  say(state, FACET_DAMAGED, "more than %d scans", MAX_SCANS);
  longjmp(state->escape, 1);
}

// One row of CMYK to RGB. Adobe's programs, and everyone after them, store the inks inverted.
static void row_from_cmyk(const uint8_t *cmyk, uint8_t *rgb, uint32_t width, int inverted) {
  for (uint32_t x = 0; x < width; x++) {
    unsigned light = inverted ? cmyk[4 * x + 3] : 255u - cmyk[4 * x + 3];
    for (int c = 0; c < 3; c++) {
      unsigned value = inverted ? cmyk[4 * x + c] : 255u - cmyk[4 * x + c];
      rgb[3 * x + c] = (uint8_t)((value * light + 127) / 255);
    }
  }
}

static facet_status check_size(error_state *state, facet_picture *picture, uint32_t width,
                               uint32_t height, facet_limits limits) {
  picture->width = width;
  picture->height = height;
  if (width == 0 || height == 0) {
    say(state, FACET_DAMAGED, "the header says %ux%u pixels", width, height);
  } else if (width > limits.max_side || height > limits.max_side ||
             (uint64_t)width * height > limits.max_pixels) {
    say(state, FACET_TOO_LARGE, "%ux%u pixels", width, height);
  }
  return state->status;
}

static facet_status read_picture(struct jpeg_decompress_struct *info, error_state *state,
                                 facet_limits limits, facet_picture *picture) {
  jpeg_read_header(info, TRUE);
  if (check_size(state, picture, info->image_width, info->image_height, limits)) {
    return state->status;
  }
  switch (info->jpeg_color_space) {
    case JCS_GRAYSCALE:
    case JCS_RGB:
    case JCS_YCbCr:
      info->out_color_space = JCS_RGB;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      info->out_color_space = JCS_CMYK;
      break;
    default:
      say(state, FACET_DAMAGED, "%d components in an unknown colour space", info->num_components);
      return state->status;
  }
  size_t width = picture->width;
  uint8_t *inks = NULL;  // freed with info
  if (info->out_color_space == JCS_CMYK) {
    inks = info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, 4 * width);
  }
  picture->rgb = malloc(3 * width * picture->height);
  if (!picture->rgb) {
    say(state, FACET_DAMAGED, "no memory for %ux%u pixels", picture->width, picture->height);
    return state->status;
  }
  jpeg_start_decompress(info);
  while (info->output_scanline < info->output_height) {
    uint8_t *line = picture->rgb + 3 * width * info->output_scanline;
    JSAMPROW rows[1] = {inks ? inks : line};
    jpeg_read_scanlines(info, rows, 1);
    if (inks) row_from_cmyk(inks, line, picture->width, info->saw_Adobe_marker);
  }
  jpeg_finish_decompress(info);
  return FACET_DECODED;
}

// The function with the setjmp. It changes no variable of its own, so none is lost in a jump;
// everything that must be given back hangs on its arguments.
static void attempt(struct jpeg_decompress_struct *info, error_state *state, const uint8_t *data,
                    size_t size, facet_limits limits, facet_picture *picture) {
  if (setjmp(state->escape)) return;
  jpeg_create_decompress(info);
  info->progress = &state->progress;
  jpeg_mem_src(info, data, size);
  read_picture(info, state, limits, picture);
}

facet_status facet_decode_jpeg(const uint8_t *data, size_t size, facet_limits limits,
                               facet_picture *picture, char *error, size_t error_capacity) {
  struct jpeg_decompress_struct info;
  error_state state;
  memset(picture, 0, sizeof *picture);
  memset(&info, 0, sizeof info);
  memset(&state, 0, sizeof state);
  state.text = error;
  state.capacity = error_capacity;
  info.err = jpeg_std_error(&state.manager);
  state.manager.error_exit = on_error;
  state.manager.emit_message = on_message;
  state.manager.output_message = no_output;
  state.progress.progress_monitor = on_progress;
  attempt(&info, &state, data, size, limits, picture);
  jpeg_destroy_decompress(&info);
  if (state.status != FACET_DECODED) facet_picture_free(picture);
  return state.status;
}
