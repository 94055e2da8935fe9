#if defined(__aarch64__)
#define CK_LANES 4
#define CK_FUSED
#define CK_TILE_ROWS 6
#define CK_TILE_VECTORS 4
#define CK_TABLE ck_kernels_neon
#define CK_TABLE_NAME "neon"
#include "table.h"
#endif
