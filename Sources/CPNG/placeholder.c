#include "include/CPNG.h"
typedef int placeholder_CPNG;
