// The hot loops: C, allocation-free, on activations stored channels-last (batch, depth, height, width, channel).
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ck_adam.h"
#include "ck_axis_filters.h"
#include "ck_convolution.h"
#include "ck_border_weights.h"
#include "ck_cross_entropy.h"
#include "ck_dropout.h"
#include "ck_fields.h"
#include "ck_focal.h"
#include "ck_folding.h"
#include "ck_intensities.h"
#include "ck_linear_upsampling.h"
#include "ck_max_pooling.h"
#include "ck_noise.h"
#include "ck_normalisation.h"
#include "ck_oblique_sampling.h"
#include "ck_picking.h"
#include "ck_pixel_weights.h"
#include "ck_processor.h"
#include "ck_rearrangement.h"
#include "ck_rectifier.h"
#include "ck_resampling.h"
#include "ck_residual_sum.h"
#include "ck_soft_dice.h"
#include "ck_threads.h"
#include "ck_transposed_convolution.h"
#include "ck_warp.h"
#include "ck_way_back.h"
#include "ck_weighted_sum.h"

#endif
