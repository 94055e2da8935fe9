#include "include/CKernels.h"
typedef int placeholder_CKernels;
