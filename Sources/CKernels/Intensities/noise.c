#include "include/ck_noise.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "philox.h"
#include "functions.h"

// The numbers that are drawn together, and the values of a piece of work.
enum { LANES = CK_PHILOX_BLOCKS, GROUP = 4 * LANES, PIECE = 256 * GROUP };

typedef struct {
  float *values;
  size_t count;
  const float *floors;
  int period;
  float deviation;
  uint64_t seed;
} noise_pass;

CK_INLINE void draw_normal_numbers(uint64_t seed, uint64_t stream, uint64_t group, float normals[GROUP]) {
  uint32_t words[4][LANES];
  ck_philox(seed, stream, group * LANES, words);
  for (int pair = 0; pair < 4; pair += 2)
    for (int i = 0; i < LANES; i++) {
      float uniform = (float)(int32_t)((words[pair][i] >> 8) + 1) * 0x1p-24f, sine, cosine;
      float radius = __builtin_elementwise_sqrt(-2 * natural_logarithm(uniform));
      sine_and_cosine(words[pair + 1][i], &sine, &cosine);
      normals[pair * LANES + i] = radius * cosine;
      normals[(pair + 1) * LANES + i] = radius * sine;
    }
}

CK_LOOP(
    void, add_noise, (float *restrict x, size_t count, size_t first, float deviation, uint64_t seed),
    (x, count, first, deviation, seed)) {
  float normals[GROUP];
  size_t at = 0;
  for (; at + GROUP <= count; at += GROUP) {
    draw_normal_numbers(seed, 0, (first + at) / GROUP, normals);
    for (int i = 0; i < GROUP; i++) x[at + i] += deviation * normals[i];
  }
  if (at == count) return;
  draw_normal_numbers(seed, 0, (first + at) / GROUP, normals);
  for (size_t i = 0; at + i < count; i++) x[at + i] += deviation * normals[i];
}

CK_LOOP(void, add_rician_noise, (const noise_pass *pass, size_t first, size_t count), (pass, first, count)) {
  float real[GROUP], imaginary[GROUP], floors[GROUP], *restrict x = pass->values + first;
  int place = (int)(first % (size_t)pass->period);
  for (size_t at = 0; at < count; at += GROUP) {
    int some = count - at < GROUP ? (int)(count - at) : GROUP;
    draw_normal_numbers(pass->seed, 0, (first + at) / GROUP, real);
    draw_normal_numbers(pass->seed, 1, (first + at) / GROUP, imaginary);
    for (int i = 0; i < some; i++, place = place + 1 == pass->period ? 0 : place + 1) floors[i] = pass->floors[place];
    for (int i = 0; i < some; i++) {
      float a = (x[at + i] - floors[i]) + pass->deviation * real[i], b = pass->deviation * imaginary[i];
      x[at + i] = __builtin_elementwise_sqrt(a * a + b * b) + floors[i];
    }
  }
}

static void add_to_piece(void *context, int index, int worker) {
  (void)worker;
  const noise_pass *pass = context;
  size_t first = (size_t)index * PIECE, count = pass->count - first < PIECE ? pass->count - first : PIECE;
  if (pass->floors)
    add_rician_noise(pass, first, count);
  else
    add_noise(pass->values + first, count, first, pass->deviation, pass->seed);
}

static void run(noise_pass pass, int workers) {
  ck_parallel_for((int)((pass.count + PIECE - 1) / PIECE), workers, add_to_piece, &pass);
}

void ck_add_noise(float *values, size_t count, float deviation, uint64_t seed, int workers) {
  run((noise_pass){.values = values, .count = count, .deviation = deviation, .seed = seed}, workers);
}

void ck_add_rician_noise(
    float *values, size_t count, const float *floors, int period, float deviation, uint64_t seed, int workers) {
  noise_pass pass = {
      .values = values, .count = count, .floors = floors, .period = period, .deviation = deviation, .seed = seed};
  run(pass, workers);
}
