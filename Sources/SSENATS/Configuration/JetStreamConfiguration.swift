#if NATS
public import SSEBroker

/// The settings of a ``JetStreamEngine``.
///
/// ```swift
/// var configuration = JetStreamConfiguration(servers: ["nats://n1:4222", "nats://n2:4222", "nats://n3:4222"])
/// configuration.replicas = 3
/// ```
@available(SwiftSSE 1.0, *)
public struct JetStreamConfiguration: Sendable {
    /// The servers' URLs, such as `nats://host:4222` or `tls://host:4222`. One suffices to find the others of its cluster;
    /// several help when that one is down.
    public var servers: [String]

    /// How to show who this is. ``JetStreamAuthentication/none`` by default.
    public var authentication = JetStreamAuthentication.none

    /// How connections are encrypted; `nil` to do what the servers ask for. `nil` by default.
    public var tls: JetStreamTLS?

    /// The name of the stream that holds the log. `SSE` by default.
    ///
    /// All brokers with the same stream are one. It is made if it does not exist.
    public var stream = "SSE"

    /// What subjects begin with: an event on the topic `books/1` has the subject `sse.books.1`. `sse` by default.
    public var subjectPrefix = "sse"

    /// On how many servers the stream is kept: 1, 3 or 5. With 3, one of them may be lost without losing an event. 1 by
    /// default.
    public var replicas = 1

    /// How much the stream keeps: `Retention.defaults` by default.
    ///
    /// It holds for the whole stream. Its bytes are the servers' own (`max_bytes`): of each event its data, its subject, and its
    /// headers, which have the topics, the type and the id, and some 30 bytes more.
    public var retention = Retention.defaults

    /// How long the servers remember `Publication.idempotencyKey`. 2 minutes by default.
    ///
    /// Not longer than events are kept, and longer than ``publishTimeout``: it is what makes publishing again harmless.
    public var duplicateWindow = Duration.seconds(120)

    /// What to do if the stream exists with other limits. ``ExistingStream/use`` by default.
    public var existingStream = ExistingStream.use

    /// How long making an engine tries to reach a server and to have the stream. 10 seconds by default.
    public var connectTimeout = Duration.seconds(10)

    /// How long appending tries to get an event into the stream, for example while its servers elect a leader. 10 seconds
    /// by default.
    public var publishTimeout = Duration.seconds(10)

    /// How long a question to the servers may take. 2 seconds by default.
    public var requestTimeout = Duration.seconds(2)

    /// The most events that are on their way at a time; more wait. 4,096 by default.
    public var maximumUnacknowledged = 4096

    /// The most events that wait, no longer than ``publishTimeout``, for those that are on their way; more are refused at
    /// once with the code `engineUnavailable`. 4,096 by default.
    public var maximumWaiting = 4096

    /// How the servers name the connection. `swift-sse` by default.
    public var connectionName = "swift-sse"

    /// Makes settings that are the default ones but for the servers.
    ///
    /// - Parameter servers: The servers' URLs.
    public init(servers: [String] = ["nats://127.0.0.1:4222"]) {
        self.servers = servers
    }

    /// What becomes of a stream that exists and has other limits than ``JetStreamConfiguration`` says.
    public enum ExistingStream: String, Sendable, Hashable, CaseIterable {
        /// Use it as it is, and log what differs.
        case use

        /// Give it the limits.
        case update
    }
}

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
