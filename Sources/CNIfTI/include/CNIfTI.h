/* NIfTI headers through libnifti's structures, and voxels between stored bytes and floats.
 *
 * libnifti's own readers fill what a damaged file lacks with zeros and print: they are not used. Nothing here prints.
 */
#ifndef CNIFTI_H
#define CNIFTI_H

#include <stddef.h>
#include <stdint.h>

/* The sizes of the two headers, before the 4 bytes that announce extensions. */
#define CNIFTI_1_HEADER_BYTES 348
#define CNIFTI_2_HEADER_BYTES 540

/* The fields of a header of either version, in the machine's byte order; nothing is checked. */
typedef struct {
  int32_t version; /* 1 or 2; 1 for Analyze 7.5 too */
  int64_t dim[8];
  double pixdim[8];
  int32_t datatype;
  int32_t bitpix;
  double vox_offset;
  double scl_slope;
  double scl_inter;
  double cal_min;
  double cal_max;
  int32_t qform_code;
  int32_t sform_code;
  double quatern[3];
  double qoffset[3];
  double srow[12]; /* row by row */
  int32_t xyzt_units;
  int32_t intent_code;
  double intent_p[3];
  int32_t dim_info;
  int32_t slice_code;
  int64_t slice_start;
  int64_t slice_end;
  double slice_duration;
  double toffset;
  char descrip[80];
  char aux_file[24];
  char intent_name[16];
  int16_t originator[3]; /* Analyze 7.5: SPM's origin, in voxels from 1 */
} cnifti_fields;

/* Decodes a header. `bytes` holds 348 (version 1) or 540 (version 2), `swapped` where their order is not the
 * machine's. */
void cnifti_decode(const void *bytes, int version, int swapped, cnifti_fields *fields);

/* Decodes an Analyze 7.5 header of 348 bytes: sizes, voxel sizes, datatype, SPM's scale and origin, description; no field
 * that is NIfTI's alone. */
void cnifti_decode_analyze(const void *bytes, int swapped, cnifti_fields *fields);

/* Encodes a single-file header in the machine's byte order; returns its size. `bytes` has room for 540. */
size_t cnifti_encode(const cnifti_fields *fields, void *bytes);

/* The matrix (3 rows of 4) of the quaternion form; a pixdim that is no positive number counts as 1. */
void cnifti_get_qform(const cnifti_fields *fields, double matrix[12]);

/* Sets the quaternion form, and pixdim 0 to 3, to the rigid map nearest to an invertible matrix (3 rows of 4). */
void cnifti_set_qform(cnifti_fields *fields, const double matrix[12]);

/* How a stored sample is encoded; the values are NIfTI's datatype codes. */
typedef enum {
  CNIFTI_UINT8 = 2,
  CNIFTI_INT16 = 4,
  CNIFTI_INT32 = 8,
  CNIFTI_FLOAT32 = 16,
  CNIFTI_FLOAT64 = 64,
  CNIFTI_INT8 = 256,
  CNIFTI_UINT16 = 512,
  CNIFTI_UINT32 = 768,
  CNIFTI_INT64 = 1024,
  CNIFTI_UINT64 = 1280
} cnifti_sample;

/* Turns `count` stored samples into floats: value * slope + inter in double precision, rounded once.
 * `source` needs no alignment. Returns how many of the results are not finite. */
size_t cnifti_load_samples(const void *source, cnifti_sample sample, int swapped, double slope, double inter,
                           size_t count, float *values);

/* Turns `count` floats into stored samples, integers rounded to nearest, halves to even.
 * Returns the index of the first value that the sample cannot hold, or `count`. */
size_t cnifti_store_samples(const float *values, size_t count, cnifti_sample sample, void *destination);

#endif
