// Labels of pixels: the indices of classes.
#ifndef CK_LABELS_H
#define CK_LABELS_H

// Pixels with this label count neither in a loss nor in its gradient; labels of classes are below CK_MOST_CLASSES.
enum { CK_IGNORED_LABEL = 255, CK_MOST_CLASSES = 254 };

#endif
