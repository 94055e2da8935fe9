#define _GNU_SOURCE
#include "include/ck_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { SPINS_BEFORE_SLEEP = 2000 };

typedef struct {
  ck_body body;
  void *context;
  int count;
  int workers;
} job;

static struct {
  pthread_mutex_t caller;
  pthread_mutex_t sleep;
  pthread_cond_t wake;
  job current;
  int started;
  unsigned birth[CK_MAXIMAL_WORKERS];
  int sleepers;
  atomic_uint generation;
  atomic_int next;
  atomic_int running;
} pool = {.caller = PTHREAD_MUTEX_INITIALIZER, .sleep = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static _Thread_local bool is_inside_loop;

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#if defined(__x86_64__)
static unsigned flush_denormals(void) {
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040);
  return before;
}
static void restore_denormals(unsigned before) { _mm_setcsr(before); }
#elif defined(__aarch64__)
static unsigned long flush_denormals(void) {
  unsigned long before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | (1ul << 24)));
  return before;
}
static void restore_denormals(unsigned long before) { __asm__ volatile("msr fpcr, %0" : : "r"(before)); }
#else
static int flush_denormals(void) { return 0; }
static void restore_denormals(int before) { (void)before; }
#endif

int ck_processors(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count < 1 ? 1 : count > CK_MAXIMAL_WORKERS ? CK_MAXIMAL_WORKERS : count;
}

static void take_pieces(const job *j, int worker) {
  for (int i; (i = atomic_fetch_add(&pool.next, 1)) < j->count;) j->body(j->context, i, worker);
}

static unsigned wait_for_job(unsigned seen) {
  for (int spin = 0; spin < SPINS_BEFORE_SLEEP; spin++) {
    if (atomic_load_explicit(&pool.generation, memory_order_acquire) != seen) goto found;
    pause_briefly();
  }
  pthread_mutex_lock(&pool.sleep);
  pool.sleepers++;
  while (atomic_load(&pool.generation) == seen) pthread_cond_wait(&pool.wake, &pool.sleep);
  pool.sleepers--;
  pthread_mutex_unlock(&pool.sleep);
found:
  return atomic_load(&pool.generation);
}

static void *worker_main(void *argument) {
  int worker = (int)(long)argument;
  is_inside_loop = true;
  flush_denormals();
  unsigned seen = pool.birth[worker];
  while (true) {
    seen = wait_for_job(seen);
    job j = pool.current;
    if (worker < j.workers) take_pieces(&j, worker);
    atomic_fetch_sub(&pool.running, 1);
  }
  return 0;
}

// Every started worker takes part in every generation, if only to count itself out: the next job can then never
// overtake a worker that still reads this one.
static void start_workers(int workers) {
  while (pool.started < workers - 1) {
    pthread_t thread;
    pool.birth[pool.started + 1] = atomic_load(&pool.generation);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &attributes, worker_main, (void *)(long)(pool.started + 1));
    pthread_attr_destroy(&attributes);
    if (failed) return;
    pool.started++;
  }
}

static void run_on_pool(int count, int workers, ck_body body, void *context) {
  atomic_store(&pool.next, 0);
  atomic_store(&pool.running, pool.started);
  pool.current = (job){body, context, count, workers};
  pthread_mutex_lock(&pool.sleep);
  atomic_fetch_add(&pool.generation, 1);
  if (pool.sleepers > 0) pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.sleep);
  take_pieces(&pool.current, 0);
  while (atomic_load_explicit(&pool.running, memory_order_acquire) > 0) pause_briefly();
}

void ck_parallel_for(int count, int workers, ck_body body, void *context) {
  if (workers > CK_MAXIMAL_WORKERS) workers = CK_MAXIMAL_WORKERS;
  __auto_type denormals = flush_denormals();
  bool is_alone = is_inside_loop || count < 2 || workers < 2 || pthread_mutex_trylock(&pool.caller) != 0;
  if (is_alone) {
    for (int i = 0; i < count; i++) body(context, i, 0);
  } else {
    is_inside_loop = true;
    start_workers(workers);
    run_on_pool(count, workers, body, context);
    is_inside_loop = false;
    pthread_mutex_unlock(&pool.caller);
  }
  restore_denormals(denormals);
}
