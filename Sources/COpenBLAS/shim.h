#pragma once
#include <cblas.h>
/* Debian's OpenBLAS exports LAPACK's Fortran symbols but ships no lapacke.h: the one routine used is declared here. */
extern void sgesdd_(
    const char *jobz, const int *m, const int *n, float *a, const int *lda, float *s, float *u,
    const int *ldu, float *vt, const int *ldvt, float *work, const int *lwork, int *iwork, int *info);
