#if defined(__x86_64__)
#define CK_LANES 16
#define CK_FUSED
#define CK_FUSED_FROM_MEMORY "vfmadd231ps %2%{1to16%}, %1, %0"
#define CK_TILE_ROWS 14
#define CK_TILE_VECTORS 2
#define CK_TABLE ck_kernels_avx512
#define CK_TABLE_NAME "avx512"
#pragma clang attribute push( \
    __attribute__((target("prfchw,avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
#include "table.h"
#pragma clang attribute pop
#endif
