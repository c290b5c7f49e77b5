// The ends of ranges that are no multiple of sixteen floats.

INLINE vec ISA(load_part)(const float *from, ptrdiff_t count) {
  if (count >= LANES) return ISA(load)(from);
  float lanes[LANES] = {0};
  memcpy(lanes, from, (size_t)count * sizeof(float));
  return ISA(load)(lanes);
}

INLINE void ISA(store_part)(float *to, vec value, ptrdiff_t count) {
  if (count >= LANES) {
    ISA(store)(to, value);
    return;
  }
  float lanes[LANES];
  ISA(store)(lanes, value);
  memcpy(to, lanes, (size_t)count * sizeof(float));
}

// All ones in the first `count` lanes.
INLINE ivec ISA(first_lanes)(int count) {
  ivec lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (count - (ivec){0});
}

// How many of block `block`'s lanes are channels.
INLINE int ISA(lanes_of_block)(int channels, int block) {
  int left = channels - block * LANES;
  return left < LANES ? left : LANES;
}
