#define CK_LANES 4
#define CK_TILE_ROWS 6
#define CK_TILE_VECTORS 4
#define CK_TABLE ck_kernels_plain
#define CK_TABLE_NAME "plain"
#include "table.h"
