#include <stdlib.h>

#include "CImageCodecs.h"

void facet_picture_free(facet_picture *picture) {
  free(picture->rgb);
  picture->rgb = NULL;
}
