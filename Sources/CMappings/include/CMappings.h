// Files that are mapped into memory, known by their addresses.
//
// The system answers a read beyond the end of a mapped file, or one that its disk fails, with the signal SIGBUS. The handler
// finds out which file it was.
#ifndef CMAPPINGS_H
#define CMAPPINGS_H

#include <stdbool.h>
#include <stddef.h>

/// Remembers that a file is mapped. Returns false where there is no memory for it.
bool cm_add(const void *start, size_t length, const char *path);

/// Forgets a mapping, before it is removed.
void cm_remove(const void *start);

/// From now on, a read that fails in a file that cm_add knows ends the process with an exit code, after a line on standard
/// error: `before`, the file's path, `after`. A SIGBUS of another cause ends it as without this. The texts are kept.
void cm_end_process_where_reading_fails(const char *before, const char *after, int exit_code);

#endif
