#include "CMappings.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A signal handler may neither lock nor allocate. So the list only grows at its head, and an entry that is no longer used
// has a length of 0 until a new mapping takes it.
struct mapping {
  _Atomic uintptr_t start;
  _Atomic size_t length;
  char *_Atomic path;
  struct mapping *next;
};

static struct mapping *_Atomic mappings;
static pthread_mutex_t changes = PTHREAD_MUTEX_INITIALIZER;
static struct {
  const char *before, *after;
  int exit_code;
} ending;

static struct mapping *unused_mapping(void) {
  for (struct mapping *entry = mappings; entry; entry = entry->next)
    if (entry->length == 0) return entry;
  struct mapping *entry = calloc(1, sizeof *entry);
  if (entry) {
    entry->next = mappings;
    mappings = entry;
  }
  return entry;
}

bool cm_add(const void *start, size_t length, const char *path) {
  char *copy = strdup(path);
  if (!copy) return false;
  pthread_mutex_lock(&changes);
  struct mapping *entry = unused_mapping();
  if (entry) {
    free(entry->path);
    entry->path = copy;
    entry->start = (uintptr_t)start;
    entry->length = length;
  } else {
    free(copy);
  }
  pthread_mutex_unlock(&changes);
  return entry != NULL;
}

void cm_remove(const void *start) {
  pthread_mutex_lock(&changes);
  for (struct mapping *entry = mappings; entry; entry = entry->next)
    if (entry->length > 0 && entry->start == (uintptr_t)start) entry->length = 0;
  pthread_mutex_unlock(&changes);
}

static void say(const char *text) {
  // Nothing can be done where standard error cannot be written.
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return;
}

static void handle(int number, siginfo_t *information, void *context) {
  (void)context;
  uintptr_t address = (uintptr_t)information->si_addr;
  for (struct mapping *entry = mappings; entry; entry = entry->next) {
    if (address - entry->start >= entry->length) continue;
    say(ending.before);
    say(entry->path);
    say(ending.after);
    _exit(ending.exit_code);
  }
  // The instruction that failed is repeated, and ends the process.
  signal(number, SIG_DFL);
}

void cm_end_process_where_reading_fails(const char *before, const char *after, int exit_code) {
  ending.before = strdup(before);
  ending.after = strdup(after);
  ending.exit_code = exit_code;
  if (!ending.before || !ending.after) return;
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, NULL);
}
