#if NATS
internal import CNats
internal import SSEBroker

/// Which life of a stream it is, as written in the stream's description by the broker that made it.
///
/// The servers' own time of a stream's making will not do where it can be helped: of a stream with replicas, some versions
/// of the server give another one after a restart, by a fraction of a millisecond.
struct StreamEpoch {
    /// How far the clocks of a broker and a server may be apart, in microseconds: ten minutes. A stream that is made with
    /// the description of an older one is not taken for that one.
    private static let tolerance: UInt64 = 600_000_000
    private static let opening = "The log of SSE brokers, of the epoch "

    /// About when the stream was made.
    private let made: UInt64

    /// When the stream was found to have been set back, if it was.
    private let setBack: UInt64?

    /// Microseconds since 1970, about when the stream was made, or set back.
    var value: UInt64 { self.setBack ?? self.made }

    /// The epoch of a stream that is made now.
    static var now: StreamEpoch { StreamEpoch(value: self.time) }

    private static var time: UInt64 { UInt64(clamping: nats_NowInNanoSeconds() / 1000) }

    /// The epoch that follows on this one when the same stream was set back.
    var next: StreamEpoch { StreamEpoch(made: self.made, setBack: max(Self.time, self.value + 1)) }

    /// The description of a stream with this epoch.
    var description: String {
        Self.opening + String(self.made, radix: 36) + (self.setBack.map { "-" + String($0, radix: 36) } ?? "")
    }

    init(value: UInt64) {
        self.init(made: value, setBack: nil)
    }

    private init(made: UInt64, setBack: UInt64?) {
        self.made = made
        self.setBack = setBack
    }

    /// The epoch of a stream.
    init(_ information: jsStreamInfo) {
        self.init(
            description: information.Config?.pointee.Description.map { String(cString: $0) },
            created: information.Created
        )
    }

    /// The epoch of a stream: the one in its description, or when it was made if that says nothing of it.
    ///
    /// - Parameters:
    ///   - description: The stream's description, which may be anybody's.
    ///   - created: When the servers say that it was made, in nanoseconds since 1970.
    init(description: String?, created: Int64) {
        let created = UInt64(clamping: created / 1000)
        self.init(made: created, setBack: nil)
        guard let description, description.hasPrefix(Self.opening) else { return }
        let numbers = description.dropFirst(Self.opening.count).split(separator: "-", omittingEmptySubsequences: false)
        let values = numbers.compactMap { UInt64($0, radix: 36) }
        guard values.count == numbers.count, (1...2).contains(values.count), let made = values.first,
            max(made, created) - min(made, created) <= Self.tolerance
        else { return }
        self.init(made: made, setBack: values.count == 2 ? values.last : nil)
    }
}

/// What the servers say of a stream.
@available(SwiftSSE 1.0, *)
struct StreamSnapshot: Sendable {
    /// About when the stream was made, or set back, in microseconds since 1970: the same on all servers and after their
    /// restarts, and never the same for two streams of a name.
    let epoch: UInt64
    let first: UInt64
    let last: UInt64
    /// Servers of the stream that cannot be reached from its leader.
    let absentReplicas: [String]
    /// The server that leads the stream: `nil` if there is none, empty if there is but one server.
    let leader: String?

    var bounds: LogBounds { LogBounds(epoch: self.epoch, first: self.first, last: self.last) }

    /// Asks for a stream. Waits for the servers, so not to be called by a task.
    static func read(_ stream: String, _ connection: NATSConnection) throws(NATSFailure) -> StreamSnapshot {
        try connection.checkIsUp()
        var information: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        try check(js_GetStreamInfo(&information, connection.context, stream, nil, &code), code)
        defer { jsStreamInfo_Destroy(information) }
        guard let information else { throw NATSFailure(NATS_ERR, text: "the answer is empty") }
        return StreamSnapshot(information.pointee)
    }

    init(_ information: jsStreamInfo) {
        let state = information.State
        self.epoch = StreamEpoch(information).value
        self.last = state.LastSeq
        self.first = state.Msgs == 0 ? state.LastSeq &+ 1 : max(1, state.FirstSeq)
        guard let cluster = information.Cluster?.pointee else {
            self.leader = ""
            self.absentReplicas = []
            return
        }
        self.leader = cluster.Leader.flatMap { $0.pointee == 0 ? nil : String(cString: $0) }
        self.absentReplicas = (0..<max(0, Int(cluster.ReplicasLen))).compactMap { index in
            guard let peer = cluster.Replicas?[index]?.pointee, peer.Offline else { return nil }
            return peer.Name.map { String(cString: $0) } ?? "?"
        }
    }
}
#endif
