import SSETestSupport

/// What a proxy does to a connection, and after how many bytes of the response.
struct Fault {
    enum Kind: CaseIterable {
        /// Closes the connection.
        case cut
        /// Ends it as a process that crashes does.
        case reset
        /// Closes its sending half only.
        case halfClose
        /// Passes the last bytes on in tiny pieces, and closes.
        case split
        /// Passes nothing on any more.
        case stall
    }

    let kind: Kind
    var byteCount: Int

    init(using generator: inout SeededGenerator) {
        self.byteCount = Int.random(in: 50..<15_000, using: &generator)
        // A stall costs the client's idle timeout, so there are few.
        let kinds = Kind.allCases.filter { $0 != .stall }
        self.kind =
            Int.random(in: 0..<20, using: &generator) == 0 ? .stall : kinds.randomElement(using: &generator) ?? .cut
    }
}
