#include <nifti/nifti2_io.h>

#include "include/CNIfTI.h"

static void copy_doubles(double *to, const float *from, int count) {
  for (int n = 0; n < count; n++) to[n] = from[n];
}

static void copy_floats(float *to, const double *from, int count) {
  for (int n = 0; n < count; n++) to[n] = (float)from[n];
}

static void decode_1(const nifti_1_header *header, cnifti_fields *fields) {
  for (int n = 0; n < 8; n++) fields->dim[n] = header->dim[n];
  copy_doubles(fields->pixdim, header->pixdim, 8);
  fields->datatype = header->datatype;
  fields->bitpix = header->bitpix;
  fields->vox_offset = header->vox_offset;
  fields->scl_slope = header->scl_slope;
  fields->scl_inter = header->scl_inter;
  fields->cal_min = header->cal_min;
  fields->cal_max = header->cal_max;
  fields->qform_code = header->qform_code;
  fields->sform_code = header->sform_code;
  copy_doubles(fields->quatern, (float[]){header->quatern_b, header->quatern_c, header->quatern_d}, 3);
  copy_doubles(fields->qoffset, (float[]){header->qoffset_x, header->qoffset_y, header->qoffset_z}, 3);
  copy_doubles(fields->srow, header->srow_x, 4);
  copy_doubles(fields->srow + 4, header->srow_y, 4);
  copy_doubles(fields->srow + 8, header->srow_z, 4);
  fields->xyzt_units = (unsigned char)header->xyzt_units;
  fields->intent_code = header->intent_code;
  copy_doubles(fields->intent_p, (float[]){header->intent_p1, header->intent_p2, header->intent_p3}, 3);
  fields->dim_info = (unsigned char)header->dim_info;
  fields->slice_code = header->slice_code;
  fields->slice_start = header->slice_start;
  fields->slice_end = header->slice_end;
  fields->slice_duration = header->slice_duration;
  fields->toffset = header->toffset;
  memcpy(fields->descrip, header->descrip, sizeof fields->descrip);
  memcpy(fields->aux_file, header->aux_file, sizeof fields->aux_file);
  memcpy(fields->intent_name, header->intent_name, sizeof fields->intent_name);
}

static void decode_2(const nifti_2_header *header, cnifti_fields *fields) {
  memcpy(fields->dim, header->dim, sizeof fields->dim);
  memcpy(fields->pixdim, header->pixdim, sizeof fields->pixdim);
  fields->datatype = header->datatype;
  fields->bitpix = header->bitpix;
  fields->vox_offset = (double)header->vox_offset;
  fields->scl_slope = header->scl_slope;
  fields->scl_inter = header->scl_inter;
  fields->cal_min = header->cal_min;
  fields->cal_max = header->cal_max;
  fields->qform_code = header->qform_code;
  fields->sform_code = header->sform_code;
  memcpy(fields->quatern, &header->quatern_b, sizeof fields->quatern);
  memcpy(fields->qoffset, &header->qoffset_x, sizeof fields->qoffset);
  memcpy(fields->srow, header->srow_x, 4 * sizeof(double));
  memcpy(fields->srow + 4, header->srow_y, 4 * sizeof(double));
  memcpy(fields->srow + 8, header->srow_z, 4 * sizeof(double));
  fields->xyzt_units = header->xyzt_units;
  fields->intent_code = header->intent_code;
  memcpy(fields->intent_p, &header->intent_p1, sizeof fields->intent_p);
  fields->dim_info = (unsigned char)header->dim_info;
  fields->slice_code = header->slice_code;
  fields->slice_start = header->slice_start;
  fields->slice_end = header->slice_end;
  fields->slice_duration = header->slice_duration;
  fields->toffset = header->toffset;
  memcpy(fields->descrip, header->descrip, sizeof fields->descrip);
  memcpy(fields->aux_file, header->aux_file, sizeof fields->aux_file);
  memcpy(fields->intent_name, header->intent_name, sizeof fields->intent_name);
}

void cnifti_decode(const void *bytes, int version, int swapped, cnifti_fields *fields) {
  memset(fields, 0, sizeof *fields);
  fields->version = version;
  if (version == 1) {
    nifti_1_header header;
    memcpy(&header, bytes, sizeof header);
    if (swapped) nifti_swap_as_nifti1(&header);
    decode_1(&header, fields);
  } else {
    nifti_2_header header;
    memcpy(&header, bytes, sizeof header);
    if (swapped) nifti_swap_as_nifti2(&header);
    decode_2(&header, fields);
  }
}

void cnifti_decode_analyze(const void *bytes, int swapped, cnifti_fields *fields) {
  nifti_1_header header;
  int16_t originator[3];
  memcpy(&header, bytes, sizeof header);
  memcpy(originator, (const char *)bytes + 253, sizeof originator);
  if (swapped) {
    nifti_swap_as_nifti1(&header);
    nifti_swap_2bytes(3, originator);
  }
  memset(fields, 0, sizeof *fields);
  fields->version = 1;
  for (int n = 0; n < 8; n++) fields->dim[n] = header.dim[n];
  copy_doubles(fields->pixdim, header.pixdim, 8);
  fields->datatype = header.datatype;
  fields->bitpix = header.bitpix;
  fields->vox_offset = header.vox_offset;
  fields->scl_slope = header.scl_slope;
  memcpy(fields->descrip, header.descrip, sizeof fields->descrip);
  memcpy(fields->originator, originator, sizeof originator);
}

static void encode_1(const cnifti_fields *fields, nifti_1_header *header) {
  header->sizeof_hdr = sizeof *header;
  header->regular = 'r';
  for (int n = 0; n < 8; n++) header->dim[n] = (short)fields->dim[n];
  copy_floats(header->pixdim, fields->pixdim, 8);
  header->datatype = (short)fields->datatype;
  header->bitpix = (short)fields->bitpix;
  header->vox_offset = (float)fields->vox_offset;
  header->scl_slope = (float)fields->scl_slope;
  header->scl_inter = (float)fields->scl_inter;
  header->cal_min = (float)fields->cal_min;
  header->cal_max = (float)fields->cal_max;
  header->qform_code = (short)fields->qform_code;
  header->sform_code = (short)fields->sform_code;
  header->quatern_b = (float)fields->quatern[0];
  header->quatern_c = (float)fields->quatern[1];
  header->quatern_d = (float)fields->quatern[2];
  header->qoffset_x = (float)fields->qoffset[0];
  header->qoffset_y = (float)fields->qoffset[1];
  header->qoffset_z = (float)fields->qoffset[2];
  copy_floats(header->srow_x, fields->srow, 4);
  copy_floats(header->srow_y, fields->srow + 4, 4);
  copy_floats(header->srow_z, fields->srow + 8, 4);
  header->xyzt_units = (char)fields->xyzt_units;
  header->intent_code = (short)fields->intent_code;
  header->intent_p1 = (float)fields->intent_p[0];
  header->intent_p2 = (float)fields->intent_p[1];
  header->intent_p3 = (float)fields->intent_p[2];
  header->dim_info = (char)fields->dim_info;
  header->slice_code = (char)fields->slice_code;
  header->slice_start = (short)fields->slice_start;
  header->slice_end = (short)fields->slice_end;
  header->slice_duration = (float)fields->slice_duration;
  header->toffset = (float)fields->toffset;
  memcpy(header->descrip, fields->descrip, sizeof header->descrip);
  memcpy(header->aux_file, fields->aux_file, sizeof header->aux_file);
  memcpy(header->intent_name, fields->intent_name, sizeof header->intent_name);
  memcpy(header->magic, "n+1", 4);
}

static void encode_2(const cnifti_fields *fields, nifti_2_header *header) {
  header->sizeof_hdr = sizeof *header;
  memcpy(header->magic, "n+2\0\r\n\032\n", 8);
  memcpy(header->dim, fields->dim, sizeof fields->dim);
  memcpy(header->pixdim, fields->pixdim, sizeof fields->pixdim);
  header->datatype = (int16_t)fields->datatype;
  header->bitpix = (int16_t)fields->bitpix;
  header->vox_offset = (int64_t)fields->vox_offset;
  header->scl_slope = fields->scl_slope;
  header->scl_inter = fields->scl_inter;
  header->cal_min = fields->cal_min;
  header->cal_max = fields->cal_max;
  header->qform_code = fields->qform_code;
  header->sform_code = fields->sform_code;
  header->quatern_b = fields->quatern[0];
  header->quatern_c = fields->quatern[1];
  header->quatern_d = fields->quatern[2];
  header->qoffset_x = fields->qoffset[0];
  header->qoffset_y = fields->qoffset[1];
  header->qoffset_z = fields->qoffset[2];
  memcpy(header->srow_x, fields->srow, sizeof header->srow_x);
  memcpy(header->srow_y, fields->srow + 4, sizeof header->srow_y);
  memcpy(header->srow_z, fields->srow + 8, sizeof header->srow_z);
  header->xyzt_units = fields->xyzt_units;
  header->intent_code = fields->intent_code;
  header->intent_p1 = fields->intent_p[0];
  header->intent_p2 = fields->intent_p[1];
  header->intent_p3 = fields->intent_p[2];
  header->dim_info = (char)fields->dim_info;
  header->slice_code = fields->slice_code;
  header->slice_start = fields->slice_start;
  header->slice_end = fields->slice_end;
  header->slice_duration = fields->slice_duration;
  header->toffset = fields->toffset;
  memcpy(header->descrip, fields->descrip, sizeof header->descrip);
  memcpy(header->aux_file, fields->aux_file, sizeof header->aux_file);
  memcpy(header->intent_name, fields->intent_name, sizeof header->intent_name);
}

size_t cnifti_encode(const cnifti_fields *fields, void *bytes) {
  if (fields->version == 1) {
    nifti_1_header header = {0};
    encode_1(fields, &header);
    memcpy(bytes, &header, sizeof header);
    return sizeof header;
  }
  nifti_2_header header = {0};
  encode_2(fields, &header);
  memcpy(bytes, &header, sizeof header);
  return sizeof header;
}

void cnifti_get_qform(const cnifti_fields *fields, double matrix[12]) {
  const double *q = fields->quatern, *offset = fields->qoffset, *pixdim = fields->pixdim;
  nifti_dmat44 map = nifti_quatern_to_dmat44(q[0], q[1], q[2], offset[0], offset[1], offset[2], pixdim[1], pixdim[2],
                                             pixdim[3], pixdim[0] < 0 ? -1 : 1);
  memcpy(matrix, map.m, 12 * sizeof(double));
}

void cnifti_set_qform(cnifti_fields *fields, const double matrix[12]) {
  nifti_dmat44 map = {{{0}}};
  memcpy(map.m, matrix, 12 * sizeof(double));
  map.m[3][3] = 1;
  double *q = fields->quatern, *offset = fields->qoffset, *pixdim = fields->pixdim;
  nifti_dmat44_to_quatern(map, &q[0], &q[1], &q[2], &offset[0], &offset[1], &offset[2], &pixdim[1], &pixdim[2],
                          &pixdim[3], &pixdim[0]);
}
