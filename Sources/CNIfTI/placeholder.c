#include "include/CNIfTI.h"
typedef int placeholder_CNIfTI;
