#if defined(__x86_64__)
#define CK_LANES 8
#define CK_FUSED
#define CK_TILE_ROWS 6
#define CK_TILE_VECTORS 2
#define CK_TABLE ck_kernels_avx2
#define CK_TABLE_NAME "avx2"
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "table.h"
#pragma clang attribute pop
#endif
