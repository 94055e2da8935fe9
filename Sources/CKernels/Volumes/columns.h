// Rows of floats turned into columns, so that what goes along the rows can go over many of them at once.
#ifndef COLUMNS_H
#define COLUMNS_H

enum { CK_COLUMNS = 32 };

// Up to CK_COLUMNS rows.
typedef struct {
  int count;
  float *rows[CK_COLUMNS];
} ck_rows;

// columns[length][CK_COLUMNS] from rows[count][length]; the columns of missing rows are those of the first one.
void ck_rows_to_columns(const ck_rows *rows, long length, float *columns);

// The reverse; the columns of missing rows go nowhere.
void ck_columns_to_rows(const float *columns, long length, const ck_rows *rows);

#endif
