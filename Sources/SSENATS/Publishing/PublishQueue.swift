#if NATS
internal import CNats
internal import Dispatch
internal import SSEBroker
internal import Synchronization

/// Sends events from a thread of its own, since sending waits when a server does not read, and as many at a time as there
/// are.
@available(SwiftSSE 1.0, *)
final class PublishQueue: Sendable {
    private struct Job {
        let connection: NATSConnection
        let message: UInt
        let id: String
        let timeout: Duration
        let completion: PendingPublications.Completion
    }

    private struct State {
        var jobs: [Job] = []
        var isScheduled = false
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "swift-sse.nats.publish", qos: .userInitiated)

    /// Sends an event and waits for the answer.
    ///
    /// - Parameters:
    ///   - message: The event, which is the queue's from now on.
    ///   - id: By which servers know it again.
    ///   - timeout: How long to wait for the answer.
    func send(
        _ message: UInt,
        id: String,
        timeout: Duration,
        _ connection: NATSConnection
    ) async -> PendingPublications.Answer {
        // Unchecked, since this is done for every event: whoever completes a job takes the completion out of its place.
        await withUnsafeContinuation { continuation in
            let job = Job(connection: connection, message: message, id: id, timeout: timeout) {
                continuation.resume(returning: $0)
            }
            let isFirst = self.state.withLock { state in
                state.jobs.append(job)
                defer { state.isScheduled = true }
                return !state.isScheduled
            }
            if isFirst { self.queue.async { self.drain() } }
        }
    }

    private func drain() {
        // Two lists that change places, so that neither has to grow again.
        var jobs: [Job] = []
        while true {
            jobs.removeAll(keepingCapacity: true)
            self.state.withLock { state in
                swap(&state.jobs, &jobs)
                if jobs.isEmpty { state.isScheduled = false }
            }
            if jobs.isEmpty { return }
            for job in jobs { Self.send(job) }
        }
    }

    private static func send(_ job: Job) {
        var message = OpaquePointer(bitPattern: job.message)
        guard let key = message else { return }
        let pending = job.connection.state.pending
        guard job.connection.state.failure == nil, pending.add(key, job.completion) else {
            natsMsg_Destroy(message)
            job.completion(.failed(NATSFailure(NATS_CONNECTION_DISCONNECTED, text: "not connected")))
            return
        }
        let status = job.id.withCString { id in
            var options = jsPubOptions()
            jsPubOptions_Init(&options)
            options.MsgId = id
            options.MaxWait = job.timeout.wholeMilliseconds
            return js_PublishMsgAsync(job.connection.context, &message, &options)
        }
        let isGivenBack = pending.endSending(key)
        guard status != NATS_OK else {
            if isGivenBack { natsMsg_Destroy(key) }
            return
        }
        pending.fail(key, NATSFailure(status))
        // It is still ours if it has not been sent.
        natsMsg_Destroy(message)
    }
}

/// The id by which servers know an event again.
struct MessageID {
    let text: String

    /// Whether the publisher chose it.
    let isChosen: Bool
}

/// Gives each event an id that no other event has, here or at another broker.
@available(SwiftSSE 1.0, *)
final class MessageIDs: Sendable {
    private let prefix: String
    private let count = Atomic<UInt64>(0)

    init() {
        // What no key of a publisher's begins with, and 128 bits that nobody else has.
        self.prefix = "%R" + (0..<2).map { _ in String(UInt64.random(in: 0...(.max)), radix: 36) }.joined() + "-"
    }

    /// - Parameter key: The key of the publisher's, `nil` for one that nobody else has.
    func id(for key: String?) -> MessageID {
        // The mark keeps an empty key from being none.
        if let key { return MessageID(text: "%K" + PercentText.header(key), isChosen: true) }
        let number = self.count.wrappingAdd(1, ordering: .relaxed).newValue
        return MessageID(text: self.prefix + String(number, radix: 36), isChosen: false)
    }
}
#endif
