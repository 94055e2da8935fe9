#include "library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

drawing_library lib;

static char problem[256];

static void load(void) {
  // Its dependencies, Cairo among them, are searched too.
  void *handle = dlopen("libpangocairo-1.0.so.0", RTLD_NOW | RTLD_GLOBAL);
  if (!handle) {
    snprintf(problem, sizeof problem, "%s", dlerror());
    return;
  }
#define X(name) \
  if (!(lib.name = (__typeof__(lib.name))dlsym(handle, #name))) \
    snprintf(problem, sizeof problem, "libpangocairo-1.0.so.0 has no function " #name);
  DRAWING_FUNCTIONS(X)
#undef X
  if (problem[0]) return;
  // Pango names families such as 'Sans' even where there is no font for them.
  FcFontSet *fonts = lib.FcConfigGetFonts(NULL, FcSetSystem);
  if (!fonts || fonts->nfont == 0) snprintf(problem, sizeof problem, "no font is installed");
}

const char *drawing_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return problem[0] ? problem : NULL;
}
