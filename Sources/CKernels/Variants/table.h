// The table of a variant: every body, compiled with the settings of the file that includes this.
#include "kernels.h"
#include "lines.h"
#include "multiply.h"
#include "normalisation_rows.h"
#include "rows.h"
#include "warp_rows.h"
#include "winograd_depth.h"
#include "winograd_input.h"
#include "winograd_output.h"
#include "winograd_weights.h"

const ck_kernels CK_TABLE = {
    .name = CK_TABLE_NAME,
    .multiply = multiply,
    .finish = finish,
    .pool = pool,
    .normalise = normalise,
    .sum_normalised_gradient = sum_normalised_gradient,
    .turn_normalised_gradient = turn_normalised_gradient,
    .transform_input = transform_input,
    .transform_gradient = transform_gradient,
    .transform_output = transform_output,
    .transform_weights = transform_weights,
    .transform_weights_gradient = transform_weights_gradient,
    .transform_depth = transform_depth,
    .filter_lines = filter_lines,
    .blend_lines = blend_lines,
    .warp_row = warp_row,
};
