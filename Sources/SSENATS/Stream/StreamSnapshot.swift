#if NATS
internal import CNats
internal import SSEBroker

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
