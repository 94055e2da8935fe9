// One pool of threads for the whole process.
#ifndef CK_THREADS_H
#define CK_THREADS_H

#define CK_MAXIMAL_WORKERS 64

// One piece of a loop: `index` in 0..<count, `worker` in 0..<workers (to choose a scratch buffer by).
typedef void (*ck_body)(void *context, int index, int worker);

// The number of processors that this process may run on, at most CK_MAXIMAL_WORKERS.
int ck_processors(void);

// The number of workers where nobody asks for another: SEGMENT_THREADS, or else that of the processors. No result
// depends on it.
int ck_workers(void);

// Runs body(context, i, worker) for each i in 0..<count on at most `workers` threads, the caller among them, and
// returns when all are done. Which worker takes which index is not determined: a body must not let its result depend
// on it. A loop inside a loop, or beside another thread's, runs on the caller alone. Denormals are flushed meanwhile.
void ck_parallel_for(int count, int workers, ck_body body, void *context);

#endif
