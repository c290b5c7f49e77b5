// The process's one pool of threads.
#ifndef CFACETTHREADS_H
#define CFACETTHREADS_H

// Calls body(context, item) for every item in 0..<count on up to `threads` threads, the caller's
// among them, and returns when all are done. Items are taken in order by whichever thread is free. A
// call from inside a body, or while another caller has the pool, runs on the calling thread alone.
void facet_parallel(int threads, long count, void (*body)(void *context, long item), void *context);

// Keeps freed memory, up to a gigabyte, for what is allocated next.
void facet_keep_freed_memory(void);

#endif
