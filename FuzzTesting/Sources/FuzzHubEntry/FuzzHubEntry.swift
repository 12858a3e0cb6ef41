private import Dispatch
private import FuzzBrokerChecks
private import FuzzHubChecks

@_cdecl("sse_fuzz_selector")
public func fuzzSelector(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    stopping { try SelectorCheck.check(Array(UnsafeBufferPointer(start: start, count: count))) }
}

@_cdecl("sse_fuzz_publish_form")
public func fuzzPublishForm(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    stopping { try PublishFormCheck.check(Array(UnsafeBufferPointer(start: start, count: count))) }
}

@_cdecl("sse_fuzz_token")
public func fuzzToken(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    // The fuzzer calls on its own thread, which waits here for the tasks that verify.
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
        do {
            try await TokenCheck.check(input)
        } catch {
            fatalError("\(error)")
        }
        isDone.signal()
    }
    isDone.wait()
}

@_cdecl("sse_fuzz_connection")
public func fuzzConnection(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    stopping { try ConnectionCheck.check(Array(UnsafeBufferPointer(start: start, count: count))) }
}

@_cdecl("sse_fuzz_frames")
public func fuzzFrames(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    stopping { try FrameCheck.check(Array(UnsafeBufferPointer(start: start, count: count))) }
}

/// A mismatch stops the program, which is how the fuzzer notices it.
private func stopping(_ check: () throws -> Void) {
    do {
        try check()
    } catch {
        fatalError("\(error)")
    }
}
