import ServerSentEvents

/// Counts events and the bytes of their data, looking at each as little as a consumer can.
@available(SwiftSSE 1.0, *)
struct ParseTally {
    private(set) var events = 0
    private(set) var dataBytes = 0

    mutating func parse(_ chunk: UnsafeBufferPointer<UInt8>, _ parser: inout EventStreamParser) throws {
        try parser.parse(chunk) { item in
            if case .event(let event) = item {
                self.events += 1
                self.dataBytes += event.data.utf8.count
            }
        }
    }

    mutating func parseLazily(_ chunk: UnsafeBufferPointer<UInt8>, _ parser: inout EventStreamParser) throws {
        try parser.parseLazily(chunk) { item in
            if case .event(let event) = item {
                self.events += 1
                self.dataBytes += event.data.count
            }
        }
    }
}
