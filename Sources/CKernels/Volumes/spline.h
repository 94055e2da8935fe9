// The cubic B-spline's prefilter: Unser, "Splines: a perfect fit for signal and image processing", IEEE Signal
// Processing Magazine 16 (1999), box 2: a causal and an anticausal recursion with the pole sqrt(3) - 2, mirrored at
// both ends.
#ifndef SPLINE_H
#define SPLINE_H

#include "kernels.h"

// The samples on either side beyond which a coefficient does not depend on them: the pole to this power is 1e-8.
enum { CK_SPLINE_HORIZON = 14 };

// The ends of the recursions over `count` samples, at least 2.
ck_spline ck_spline_ends(long count);

#endif
