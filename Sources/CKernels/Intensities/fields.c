#include "include/ck_fields.h"

#include "blocks.h"
#include "include/ck_threads.h"
#include "functions.h"

enum { TERMS = CK_HIGHEST_ORDER + 1, STRETCH = 256, LANES = 16 };

typedef struct {
  const ck_field *f;
  float factor;
  const float *floors;
  int channels;
  // NULL: the field is only summed up.
  float *values, *scratch;
} field_pass;

typedef struct {
  const ck_waves *w;
  const float *amplitudes;
  int channels;
  float *values;
} wave_pass;

static size_t row_floats(const ck_field *f) { return ck_padded(f->size[0]); }
static size_t sum_floats(const ck_field *f) { return ck_padded(2 * (size_t)f->size[2]); }

// A sum for each slice, and a row for each worker.
size_t ck_field_scratch(const ck_field *f) { return sum_floats(f) + row_floats(f) * f->workers; }

// The coefficients of a row's polynomial, times log2(e).
static void find_terms(const ck_field *f, int y, int z, float terms[TERMS]) {
  const double log2e = 1.44269504088896340736;
  const int count = f->order + 1;
  double power[2][TERMS];
  for (int axis = 0; axis < 2; axis++) {
    power[axis][0] = 1;
    for (int i = 1; i < count; i++) power[axis][i] = power[axis][i - 1] * (double)f->places[axis + 1][axis ? z : y];
  }
  for (int i = 0; i < count; i++) {
    double sum = 0;
    for (int k = 0; i + k < count; k++)
      for (int j = 0; i + j + k < count; j++)
        sum += f->coefficients[(k * count + j) * count + i] * power[0][j] * power[1][k];
    terms[i] = (float)(sum * log2e);
  }
}

CK_LOOP(
    void, make_row, (const float *restrict places, int count, const float *terms, int order, float *restrict to),
    (places, count, terms, order, to)) {
  for (int first = 0; first < count; first += STRETCH) {
    int last = ck_minimum(first + STRETCH, count);
    for (int i = first; i < last; i++) to[i] = terms[order];
    for (int term = order - 1; term >= 0; term--)
      for (int i = first; i < last; i++) to[i] = to[i] * places[i] + terms[term];
    for (int i = first; i < last; i++) to[i] = power_of_two(to[i]);
  }
}

CK_LOOP(
    void, multiply_row,
    (const float *restrict field, int count, float factor, const float *restrict floors, int channels,
     float *restrict x),
    (field, count, factor, floors, channels, x)) {
  if (channels == 1) {
    const float floor = floors[0];
    for (int i = 0; i < count; i++) x[i] = (x[i] - floor) * (field[i] * factor) + floor;
    return;
  }
  for (int i = 0; i < count; i++, x += channels)
    for (int c = 0; c < channels; c++) x[c] = (x[c] - floors[c]) * (field[i] * factor) + floors[c];
}

CK_LOOP(double, sum_row, (const float *row, int count), (row, count)) {
  float lanes[LANES] = {0};
  for (int first = 0; first < count; first += LANES)
    for (int i = 0; i < LANES; i++) lanes[i] += first + i < count ? row[first + i] : 0;
  double sum = 0;
  for (int i = 0; i < LANES; i++) sum += lanes[i];
  return sum;
}

// A slice.
static void run_field(void *context, int z, int worker) {
  const field_pass *pass = context;
  const ck_field *f = pass->f;
  const int width = f->size[0];
  float terms[TERMS], *row = pass->scratch + sum_floats(f) + worker * row_floats(f);
  double sum = 0;
  for (int y = 0; y < f->size[1]; y++) {
    find_terms(f, y, z, terms);
    make_row(f->places[0], width, terms, f->order, row);
    if (pass->values) {
      float *values = pass->values + ((size_t)z * f->size[1] + y) * width * pass->channels;
      multiply_row(row, width, pass->factor, pass->floors, pass->channels, values);
    } else {
      sum += sum_row(row, width);
    }
  }
  if (!pass->values) ((double *)pass->scratch)[z] = sum;
}

double ck_field_mean(const ck_field *f, float *scratch) {
  field_pass pass = {.f = f, .scratch = scratch};
  ck_parallel_for(f->size[2], f->workers, run_field, &pass);
  double sum = 0;
  for (int z = 0; z < f->size[2]; z++) sum += ((double *)scratch)[z];
  return sum / ((double)f->size[0] * f->size[1] * f->size[2]);
}

void ck_apply_field(
    const ck_field *f, float factor, const float *floors, int channels, float *values, float *scratch) {
  field_pass pass = {
      .f = f, .factor = factor, .floors = floors, .channels = channels, .values = values, .scratch = scratch};
  ck_parallel_for(f->size[2], f->workers, run_field, &pass);
}

CK_LOOP(
    void, add_wave,
    (const float *restrict cosines, const float *restrict sines, int count, float cosine, float sine,
     const float *restrict amplitudes, int channels, float *restrict x),
    (cosines, sines, count, cosine, sine, amplitudes, channels, x)) {
  if (channels == 1) {
    cosine *= amplitudes[0], sine *= amplitudes[0];
    for (int i = 0; i < count; i++) x[i] += cosines[i] * cosine - sines[i] * sine;
    return;
  }
  for (int i = 0; i < count; i++, x += channels) {
    float wave = cosines[i] * cosine - sines[i] * sine;
    for (int c = 0; c < channels; c++) x[c] += amplitudes[c] * wave;
  }
}

// A slice.
static void run_waves(void *context, int z, int worker) {
  (void)worker;
  const wave_pass *pass = context;
  const int *size = pass->w->size, all = size[0] + size[1] + size[2];
  for (int y = 0; y < size[1]; y++) {
    float *row = pass->values + ((size_t)z * size[1] + y) * size[0] * pass->channels;
    for (int wave = 0; wave < pass->w->waves; wave++) {
      const float *c = pass->w->cosines + wave * all, *s = pass->w->sines + wave * all;
      int at_y = size[0] + y, at_z = size[0] + size[1] + z;
      float cosine = c[at_y] * c[at_z] - s[at_y] * s[at_z], sine = s[at_y] * c[at_z] + c[at_y] * s[at_z];
      add_wave(c, s, size[0], cosine, sine, pass->amplitudes + wave * pass->channels, pass->channels, row);
    }
  }
}

void ck_add_waves(const ck_waves *w, const float *amplitudes, int channels, float *values) {
  wave_pass pass = {.w = w, .amplitudes = amplitudes, .channels = channels, .values = values};
  ck_parallel_for(w->size[2], w->workers, run_waves, &pass);
}
