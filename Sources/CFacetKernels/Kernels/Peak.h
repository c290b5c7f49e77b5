// The most a processor can do: multiplications and additions in registers, with nothing to load.

static double ISA(multiply_adds)(long rounds) {
  vec sum[TILE_PIXELS * TILE_BLOCKS];
  // Values that neither vanish nor overflow, and that no compiler foresees.
  const float start = (float)(rounds % 7);
  const vec factor = ISA(all)(0.5f), addend = ISA(all)(start);
  UNROLL for (int i = 0; i < TILE_PIXELS * TILE_BLOCKS; i++) sum[i] = ISA(all)(start + (float)i);
  for (long round = 0; round < rounds; round++) {
    UNROLL for (int i = 0; i < TILE_PIXELS * TILE_BLOCKS; i++) sum[i] = sum[i] * factor + addend;
  }
  vec total = {0};
  UNROLL for (int i = 0; i < TILE_PIXELS * TILE_BLOCKS; i++) total += sum[i];
  // The sums must count for something, or there would be no need to work them out.
  volatile float kept = ISA(lane_sum)(total);
  (void)kept;
  return (double)rounds * (TILE_PIXELS * TILE_BLOCKS * LANES * 2);
}
