private import FuzzChecks

@_cdecl("sse_fuzz_parser")
public func fuzzParser(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    check(.parser, start, count)
}

@_cdecl("sse_fuzz_round_trip")
public func fuzzRoundTrip(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    check(.roundTrip, start, count)
}

@_cdecl("sse_fuzz_injection")
public func fuzzInjection(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    check(.injection, start, count)
}

/// A mismatch stops the program, which is how the fuzzer notices it.
private func check(_ target: CheckedTarget, _ start: UnsafePointer<UInt8>?, _ count: Int) {
    do throws(Mismatch) {
        try target.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(error)")
    }
}
