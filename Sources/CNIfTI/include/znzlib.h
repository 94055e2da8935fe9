/* libnifti's header asks for <znzlib.h>, which Debian keeps in a folder. */
#include <nifti/znzlib.h>
