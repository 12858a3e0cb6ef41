// libFuzzer has the main function. In C, because the build gives every Swift program a main function of its own name.

#include <stddef.h>
#include <stdint.h>

void sse_fuzz_frames(const uint8_t *start, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *start, size_t count) {
    sse_fuzz_frames(start, count);
    return 0;
}
