// The one pool of threads: workers spin for a while after each region, then sleep.
//
// A region of a network takes tens of microseconds and the next follows at once; waking a sleeping
// thread would cost as much as the work. One region runs at a time; a caller that finds the pool busy
// works alone, so nothing waits and nothing can lock up.
#include "CFacetThreads.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { most_workers = 255, spins_before_sleep = 20000 };

static struct {
  atomic_flag busy;
  int workers;                    // changed by the owner of `busy` only
  _Atomic uint32_t generation;    // the region's number; sleepers wait for it to change
  _Atomic uint32_t sleeping;
  // How many workers are inside the region. With the closed bit set none may enter, so a worker that
  // was put off its core keeps nobody waiting.
  _Atomic uint32_t gate;
  int helpers;                    // workers that take part have smaller numbers
  _Atomic long next;              // the next item
  long count;
  void (*body)(void *, long);
  void *context;
} pool = {.busy = ATOMIC_FLAG_INIT, .gate = 1u << 31};

static const uint32_t closed = 1u << 31;

static inline void pause_spinning(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  atomic_signal_fence(memory_order_seq_cst);
#endif
}

static void futex(_Atomic uint32_t *word, int operation, uint32_t value) {
  syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

static void take_items(void) {
  for (;;) {
    long item = atomic_fetch_add_explicit(&pool.next, 1, memory_order_relaxed);
    if (item >= pool.count) return;
    pool.body(pool.context, item);
  }
}

static void *work(void *number) {
  int mine = (int)(intptr_t)number;
  uint32_t seen = 0;
  for (;;) {
    uint32_t now = atomic_load_explicit(&pool.generation, memory_order_acquire);
    for (int spin = 0; now == seen; spin++) {
      if (spin < spins_before_sleep) {
        pause_spinning();
      } else {
        atomic_fetch_add(&pool.sleeping, 1);
        futex(&pool.generation, FUTEX_WAIT, seen);
        atomic_fetch_sub(&pool.sleeping, 1);
        spin = 0;
      }
      now = atomic_load_explicit(&pool.generation, memory_order_acquire);
    }
    seen = now;
    // Whatever region is open by now is as good as the one that was announced.
    if (!(atomic_fetch_add_explicit(&pool.gate, 1, memory_order_acq_rel) & closed) &&
        mine < pool.helpers) {
      take_items();
    }
    atomic_fetch_sub_explicit(&pool.gate, 1, memory_order_release);
  }
  return NULL;
}

// After a fork only the calling thread lives on; the child starts workers of its own.
static void forget_workers(void) {
  pool.workers = 0;
  atomic_store(&pool.generation, 0);
  atomic_store(&pool.sleeping, 0);
  atomic_store(&pool.gate, closed);
  atomic_flag_clear(&pool.busy);
}

static void start_workers(int wanted) {
  static int registered;
  if (!registered) {
    registered = 1;
    pthread_atfork(NULL, NULL, forget_workers);
  }
  while (pool.workers < wanted) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed =
        pthread_create(&thread, &attributes, work, (void *)(intptr_t)pool.workers);
    pthread_attr_destroy(&attributes);
    if (failed) return;
    pool.workers++;
  }
}

void facet_parallel(int threads, long count, void (*body)(void *, long), void *context) {
  int helpers = threads - 1 < count - 1 ? threads - 1 : (int)(count - 1);
  if (helpers > most_workers) helpers = most_workers;
  if (helpers <= 0 || atomic_flag_test_and_set_explicit(&pool.busy, memory_order_acquire)) {
    for (long item = 0; item < count; item++) body(context, item);
    return;
  }
  start_workers(helpers);
  pool.count = count;
  pool.body = body;
  pool.context = context;
  pool.helpers = helpers;
  atomic_store_explicit(&pool.next, 0, memory_order_relaxed);
  atomic_fetch_and_explicit(&pool.gate, ~closed, memory_order_release);
  atomic_fetch_add(&pool.generation, 1);
  if (atomic_load(&pool.sleeping) > 0) futex(&pool.generation, FUTEX_WAKE, INT_MAX);
  take_items();
  uint32_t inside = atomic_fetch_or_explicit(&pool.gate, closed, memory_order_acq_rel) & ~closed;
  for (int spin = 0; inside > 0; spin++) {
    if (spin < spins_before_sleep) pause_spinning();
    else usleep(20);
    inside = atomic_load_explicit(&pool.gate, memory_order_acquire) & ~closed;
  }
  atomic_flag_clear_explicit(&pool.busy, memory_order_release);
}
