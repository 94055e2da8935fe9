#define _GNU_SOURCE
#include "include/ck_threads.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "targets.h"

enum { SPINS_BEFORE_SLEEP = 2000 };

typedef struct {
  ck_body body;
  void *context;
  int count;
  // What the caller's thread uses: its loops run alike on all threads.
  ck_variant variant;
} parallel_loop;

// A thread of the pool is called by counting its loops up. It has a cache line of its own to turn round on.
typedef struct {
  _Alignas(64) atomic_uint loops;
  bool is_asleep;
  pthread_cond_t wake;
} helper;

static struct {
  pthread_mutex_t caller;
  pthread_mutex_t sleep;
  pthread_cond_t done;
  parallel_loop current;
  int started;
  helper helpers[CK_MAXIMAL_WORKERS];
  _Alignas(64) atomic_int next;
  _Alignas(64) atomic_int running;
} pool = {
    .caller = PTHREAD_MUTEX_INITIALIZER, .sleep = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};

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
  long count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > CK_MAXIMAL_WORKERS ? CK_MAXIMAL_WORKERS : (int)count;
}

static atomic_int workers_bound = CK_MAXIMAL_WORKERS;

void ck_bound_workers(int count) { atomic_store(&workers_bound, count < 1 ? 1 : count); }

void ck_limit_allocator_areas(int count) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, count);
#else
  (void)count;
#endif
}

int ck_workers(void) {
  const char *text = getenv("SEGMENT_THREADS");
  char *end = NULL;
  long wanted = text ? strtol(text, &end, 10) : 0;
  if (wanted >= 1 && wanted <= CK_MAXIMAL_WORKERS && !*end) return (int)wanted;
  const int processors = ck_processors(), bound = atomic_load(&workers_bound);
  return processors < bound ? processors : bound;
}

static void take_pieces(const parallel_loop *loop, int worker) {
  for (int i; (i = atomic_fetch_add(&pool.next, 1)) < loop->count;) loop->body(loop->context, i, worker);
}

static void wait_for_loop(helper *me, unsigned seen) {
  for (int spin = 0; spin < SPINS_BEFORE_SLEEP; spin++) {
    if (atomic_load_explicit(&me->loops, memory_order_acquire) != seen) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool.sleep);
  me->is_asleep = true;
  while (atomic_load(&me->loops) == seen) pthread_cond_wait(&me->wake, &pool.sleep);
  me->is_asleep = false;
  pthread_mutex_unlock(&pool.sleep);
}

// The caller sets up no new loop before every helper called for this one has counted itself out.
static void *helper_main(void *argument) {
  int worker = (int)(long)argument;
  is_inside_loop = true;
  flush_denormals();
  for (unsigned seen = 0;; seen++) {
    wait_for_loop(&pool.helpers[worker], seen);
    ck_variant_here = pool.current.variant;
    take_pieces(&pool.current, worker);
    if (atomic_fetch_sub(&pool.running, 1) == 1) {
      pthread_mutex_lock(&pool.sleep);
      pthread_cond_signal(&pool.done);
      pthread_mutex_unlock(&pool.sleep);
    }
  }
  return NULL;
}

// Where there are more threads than idle processors, a caller that only turned round would keep the last helper off.
static void wait_for_helpers(void) {
  for (int spin = 0; spin < SPINS_BEFORE_SLEEP; spin++) {
    if (atomic_load_explicit(&pool.running, memory_order_acquire) == 0) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool.sleep);
  while (atomic_load(&pool.running) > 0) pthread_cond_wait(&pool.done, &pool.sleep);
  pthread_mutex_unlock(&pool.sleep);
}

// Where threads cannot be had, those that there are do the work.
static void start_helpers(int wanted) {
  while (pool.started < wanted) {
    int worker = pool.started + 1;
    pthread_cond_init(&pool.helpers[worker].wake, NULL);
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int failed = pthread_create(&thread, &attributes, helper_main, (void *)(long)worker);
    pthread_attr_destroy(&attributes);
    if (failed) return;
    pool.started++;
  }
}

static void run_on_pool(int count, int workers, ck_body body, void *context) {
  int helpers = (workers < count ? workers : count) - 1;
  start_helpers(helpers);
  if (helpers > pool.started) helpers = pool.started;
  atomic_store(&pool.next, 0);
  atomic_store(&pool.running, helpers);
  pool.current = (parallel_loop){.body = body, .context = context, .count = count, .variant = ck_variant_here};
  pthread_mutex_lock(&pool.sleep);
  for (int worker = 1; worker <= helpers; worker++) {
    atomic_fetch_add(&pool.helpers[worker].loops, 1);
    if (pool.helpers[worker].is_asleep) pthread_cond_signal(&pool.helpers[worker].wake);
  }
  pthread_mutex_unlock(&pool.sleep);
  take_pieces(&pool.current, 0);
  wait_for_helpers();
}

void ck_parallel_for(int count, int workers, ck_body body, void *context) {
  if (workers > CK_MAXIMAL_WORKERS) workers = CK_MAXIMAL_WORKERS;
  __auto_type denormals = flush_denormals();
  bool is_alone = is_inside_loop || count < 2 || workers < 2 || pthread_mutex_trylock(&pool.caller) != 0;
  if (is_alone) {
    for (int i = 0; i < count; i++) body(context, i, 0);
  } else {
    is_inside_loop = true;
    run_on_pool(count, workers, body, context);
    is_inside_loop = false;
    pthread_mutex_unlock(&pool.caller);
  }
  restore_denormals(denormals);
}
