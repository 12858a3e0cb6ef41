#if NATS
internal import CNats
internal import SSEBroker

/// What the client library or a server answered instead of doing it.
@available(SwiftSSE 1.0, *)
struct NATSFailure: Error, CustomStringConvertible {
    /// What the library says.
    let status: natsStatus

    /// What JetStream says, 0 if nothing.
    let code: UInt32

    /// What happened, in one line.
    let text: String

    init(_ status: natsStatus, _ code: jsErrCode = jsErrCode(0), text: String? = nil) {
        self.status = status
        self.code = code.rawValue
        self.text = text ?? Self.text(of: status)
    }

    /// The library keeps the last error's text for each thread, so this has to run on the one that failed.
    private static func text(of status: natsStatus) -> String {
        var last = NATS_OK
        let general = natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
        guard let detail = nats_GetLastError(&last), last == status, detail.pointee != 0 else { return general }
        // Without the line of the library's source.
        let text = String(cString: detail).replacing(#/\([a-z]+\.c:[0-9]+\): /#, with: "")
        return text.contains(general) ? text : "\(general): \(text)"
    }

    var description: String { self.text }

    func has(_ code: jsErrCode) -> Bool { self.code == code.rawValue }

    /// Whether the first try of the same event is still on its way through the cluster, which newer servers say.
    private var isInProcess: Bool { self.code == 10158 || self.text.contains("duplicate message id is in process") }

    /// Whether there is no room for more.
    var isStorageFull: Bool {
        [JSStorageResourcesExceededErr, JSAccountResourcesExceededErr, JSStreamStoreFailedErr].contains { self.has($0) }
    }

    /// Whether the same call may well do it a little later: the connection or the cluster is about to come back.
    var isTemporary: Bool {
        switch self.status {
        case NATS_TIMEOUT, NATS_NO_RESPONDERS, NATS_CONNECTION_CLOSED, NATS_CONNECTION_DISCONNECTED, NATS_IO_ERROR,
            NATS_INSUFFICIENT_BUFFER, NATS_STALE_CONNECTION, NATS_NOT_YET_CONNECTED, NATS_NO_SERVER:
            return true
        default: break
        }
        let codes: [jsErrCode] = [
            JSClusterNotAvailErr, JSClusterNotLeaderErr, JSClusterIncompleteErr, JSClusterNotAssignedErr,
            JSInsufficientResourcesErr, JSRaftGeneralErr, JSStreamOfflineErr, JSStreamGeneralError, JSPeerRemapErr,
            JSStreamStoreFailedErr, JSStorageResourcesExceededErr, JSAccountResourcesExceededErr,
            // What a server says that has come up and not yet found its cluster.
            JSNotEnabledErr, JSClusterNoPeersErr,
        ]
        return self.isInProcess || codes.contains { self.has($0) }
    }
}

@available(SwiftSSE 1.0, *)
extension BrokerError {
    /// - Parameter what: What was tried, as a sentence's beginning, such as "The stream 'SSE' cannot be made".
    init(_ what: String, _ failure: NATSFailure) {
        self.init(
            code: failure.isStorageFull ? .storageFull : failure.isTemporary ? .engineUnavailable : .engineFailed,
            message: "\(what): \(failure.text).".replacing("..", with: "."),
            cause: failure
        )
    }
}

/// Throws unless a call has succeeded. To be called on the thread of the call.
@available(SwiftSSE 1.0, *)
func check(_ status: natsStatus, _ code: jsErrCode = jsErrCode(0)) throws(NATSFailure) {
    if status != NATS_OK { throw NATSFailure(status, code) }
}
#endif
