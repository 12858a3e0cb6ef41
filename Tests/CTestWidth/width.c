#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "CTestWidth.h"

// How many tests run side by side, sixteen for each processor, unless the environment says otherwise.
//
// Swift Testing begins all tests of the package at once. 1,500 of them, many with sockets, programs and deadlines, would take
// one another the time they are given: the suite took twice as long, and what failed was somewhere else each time. The number
// can only be set by an option of the command or by this variable, and `swift test` is to need neither. So it is set before
// `main`, where Swift has nothing to offer.
__attribute__((constructor)) static void limitTheWidthOfTests(void) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    char width[24];
    snprintf(width, sizeof width, "%ld", 16 * (processors < 1 ? 1 : processors));
    setenv("SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH", width, 0);
}
