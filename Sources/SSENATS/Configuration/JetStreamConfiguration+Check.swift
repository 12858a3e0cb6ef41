#if NATS
public import SSEBroker

@available(SwiftSSE 1.0, *)
extension JetStreamConfiguration {
    /// Refuses names that servers would refuse with less clear words, or take for something else.
    ///
    /// - Throws: `BrokerError` with the code `engineFailed`. Making an engine throws the same.
    public func validate() throws(BrokerError) {
        guard !self.servers.isEmpty else { throw Self.invalid("No NATS server is named.") }
        guard !self.stream.isEmpty, self.stream.utf8.allSatisfy(\.isNameByte), self.stream.utf8.count <= 64 else {
            throw Self.invalid("The stream's name '\(self.stream)' has to be 1 to 64 letters, digits, - and _.")
        }
        let parts = self.subjectPrefix.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard self.subjectPrefix.utf8.count <= 128, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNameByte) })
        else {
            throw Self.invalid(
                "The subjects' prefix '\(self.subjectPrefix)' has to be letters, digits, - and _, with dots between them."
            )
        }
        guard [1, 3, 5].contains(self.replicas) else {
            throw Self.invalid("A stream has 1, 3 or 5 replicas, not \(self.replicas).")
        }
    }

    private static func invalid(_ message: String) -> BrokerError { BrokerError(code: .engineFailed, message: message) }

    /// The servers, for people.
    var serverNames: String { self.servers.map(Self.printable).joined(separator: ", ") }

    /// A URL without the name and the password in it.
    static func printable(_ url: String) -> String {
        guard let at = url.lastIndex(of: "@") else { return url }
        let scheme = url.firstRange(of: "://").map { String(url[..<$0.upperBound]) } ?? ""
        return scheme + String(url[url.index(after: at)...])
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
#endif
