// Tells the thread sanitizer about Swift's Mutex on Linux.
//
// A thread that has to wait for a Mutex is handed it by the kernel (futex, with priority inheritance), in a library that
// is not instrumented. The sanitizer sees neither the handing over nor the taking, and reports whatever a Mutex protects
// as a race. So these two functions, through which every wait goes, are wrapped; all else that a Mutex does is atomic
// instructions in our own code, which the sanitizer sees. Loaded before the other libraries by dev/check-threads.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

// Missing in the processes that are not instrumented.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

typedef __attribute__((swiftcall)) void (*lock_function)(uint32_t thread, __attribute__((swift_context)) void *handle);
typedef __attribute__((swiftcall)) void (*unlock_function)(__attribute__((swift_context)) void *handle);

// Synchronization._MutexHandle._lockSlow(Swift.UInt32) -> ()
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
// Synchronization._MutexHandle._unlockSlow() -> ()
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

static lock_function next_lock;
static unlock_function next_unlock;

__attribute__((constructor)) static void find(void) {
    next_lock = (lock_function)dlsym(RTLD_NEXT, LOCK);
    next_unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
}

__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *handle) __asm__(LOCK);
__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *handle) {
    next_lock(thread, handle);
    if (__tsan_acquire) __tsan_acquire(handle);
}

__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *handle) __asm__(UNLOCK);
__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *handle) {
    if (__tsan_release) __tsan_release(handle);
    next_unlock(handle);
}
