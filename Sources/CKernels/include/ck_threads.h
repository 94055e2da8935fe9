// One pool of threads for the whole process.
#ifndef CK_THREADS_H
#define CK_THREADS_H

#define CK_MAXIMAL_WORKERS 64

// One piece of a loop: `index` in 0..<count, `worker` in 0..<workers (to choose a scratch buffer by).
typedef void (*ck_body)(void *context, int index, int worker);

// The number of processors that this process may run on, at most CK_MAXIMAL_WORKERS.
int ck_processors(void);

// The number of workers where nobody asks for another: SEGMENT_THREADS where it is a number from 1 to CK_MAXIMAL_WORKERS,
// or else that of the processors, or the bound where that is less. No result depends on it.
int ck_workers(void);

// Bounds the number of workers where SEGMENT_THREADS does not set it, as the quota of a container does; from 1.
void ck_bound_workers(int count);

// Limits the areas that glibc's allocator keeps for different threads; from 1. Nothing elsewhere.
void ck_limit_allocator_areas(int count);

// Runs body(context, i, worker) for each i in 0..<count on at most `workers` threads, the caller among them, and
// returns when all are done. Which worker takes which index is not determined: a body must not let its result depend
// on it. A loop inside a loop, or beside another thread's, runs on the caller alone. Denormals are flushed meanwhile.
void ck_parallel_for(int count, int workers, ck_body body, void *context);

#endif
