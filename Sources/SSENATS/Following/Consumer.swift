#if NATS
internal import CNats
internal import SSEBroker

/// Has a stream's messages sent to an inbox, from a number on.
///
/// The library's own consumers for this, the "ordered" ones, are passed by: they stay silent for good when the stream has
/// been made again, and lose messages without a word when they are read too slowly. This one does what the server's
/// protocol says, and who reads it looks for every gap.
///
/// Unchecked: the handle is given out once and stays the same, and the library locks what it stands for.
@available(SwiftSSE 1.0, *)
final class Consumer: @unchecked Sendable {
    private let connection: NATSConnection
    private let subscription: OpaquePointer
    private let stream: String
    private let name: String

    /// Starts to follow. Waits for the servers, so not to be called by a task.
    init(
        of stream: String,
        after cursor: UInt64,
        to inbox: MessageInbox,
        _ connection: NATSConnection
    ) throws(NATSFailure) {
        try connection.checkIsUp()
        self.connection = connection
        self.stream = stream
        var subject: UnsafeMutablePointer<CChar>?
        try check(natsInbox_Create(&subject))
        defer { natsInbox_Destroy(subject) }
        guard let subject else { throw NATSFailure(NATS_NO_MEMORY) }

        var subscription: OpaquePointer?
        let closure = Unmanaged.passRetained(inbox)
        let status = natsConnection_Subscribe(
            &subscription,
            connection.handle,
            subject,
            natsDelivered,
            closure.toOpaque()
        )
        guard status == NATS_OK, let subscription else {
            closure.release()
            throw NATSFailure(status)
        }
        // Nobody has told the subject to a server yet, so nothing can have come.
        let completion = natsSubscription_SetOnCompleteCB(subscription, natsDeliveryEnded, closure.toOpaque())
        guard completion == NATS_OK else {
            // The inbox stays retained: a small leak is better than a message to one that is gone.
            connection.end(subscription)
            throw NATSFailure(completion)
        }
        do throws(NATSFailure) {
            try check(natsSubscription_SetPendingLimits(subscription, -1, -1))
            self.name = try Self.make(stream, after: cursor, subject, connection)
        } catch {
            connection.end(subscription)
            throw error
        }
        self.subscription = subscription
    }

    private static func make(
        _ stream: String,
        after cursor: UInt64,
        _ subject: UnsafePointer<CChar>,
        _ connection: NATSConnection
    ) throws(NATSFailure) -> String {
        var configuration = jsConsumerConfig()
        try check(jsConsumerConfig_Init(&configuration))
        configuration.DeliverPolicy = js_DeliverByStartSequence
        configuration.OptStartSeq = cursor + 1
        configuration.AckPolicy = js_AckNone
        configuration.MaxDeliver = 1
        configuration.DeliverSubject = subject
        configuration.FlowControl = true
        configuration.Heartbeat = Duration.seconds(1).wholeNanoseconds
        configuration.InactiveThreshold = Duration.seconds(5).wholeNanoseconds
        configuration.Replicas = 1
        configuration.MemoryStorage = true
        var information: UnsafeMutablePointer<jsConsumerInfo>?
        var code = jsErrCode(0)
        try check(js_AddConsumer(&information, connection.context, stream, &configuration, nil, &code), code)
        defer { jsConsumerInfo_Destroy(information) }
        guard let name = information?.pointee.Name else { throw NATSFailure(NATS_ERR, text: "the answer is empty") }
        return String(cString: name)
    }

    /// Answers a server that waits until its messages have been taken.
    func answerFlowControl(_ subject: String) {
        _ = natsConnection_Publish(self.connection.handle, subject, nil, 0)
    }

    /// Stops. Waits for the servers, so not to be called by a task.
    func stop() {
        self.connection.end(self.subscription)
        guard self.connection.state.failure == nil else { return }
        // If this fails, the server does it by itself some seconds later.
        _ = js_DeleteConsumer(self.connection.context, self.stream, self.name, nil, nil)
    }
}
#endif
