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

/// A mismatch stops the program, which is how the fuzzer notices it.
private func stopping(_ check: () throws -> Void) {
    do {
        try check()
    } catch {
        fatalError("\(error)")
    }
}
