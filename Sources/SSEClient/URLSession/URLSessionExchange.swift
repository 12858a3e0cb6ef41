internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

/// One request and its response over `URLSession`.
@available(SwiftSSE 1.0, *)
final class URLSessionExchange: EventStreamExchange {
    private struct State {
        var hasResponse = false
        var isSuspended = false
        var isCancelled = false
        /// Whether the task has been told not to follow a redirect, and so ends by itself.
        var isRedirected = false
    }

    /// Whether a task that is suspended stops receiving and goes on later. On Linux suspending closes the connection, and
    /// resuming sends the request again.
    #if canImport(FoundationNetworking)
    private static let canPause = false
    #else
    private static let canPause = true
    #endif

    private let channel = ResponseChannel<Data>()
    private let state = Mutex(State())
    private let task: URLSessionDataTask
    private let url: String
    private let idleTimer: DispatchIdleTimer?

    init(_ task: URLSessionDataTask, url: String, idleTimeout: Duration?) {
        self.task = task
        self.url = url
        self.idleTimer = idleTimeout.map { DispatchIdleTimer(timeout: $0) }
    }

    /// Sends the request.
    func start() {
        self.task.resume()
        self.idleTimer?.start { [weak self] timeout in
            self?.fail(SSEClientError(code: .idleTimeout, message: "The server has sent nothing for \(timeout)."))
        }
    }

    // MARK: The receiver

    func receive(_ response: URLResponse) {
        self.idleTimer?.reset()
        // Those below 200 only announce the response.
        guard let response = response as? HTTPURLResponse, response.statusCode >= 200 else { return }
        let isFirst = self.state.withLock { state in
            defer { state.hasResponse = true }
            return !state.hasResponse
        }
        if isFirst { self.channel.receive(EventStreamResponse(url: self.url, response)) }
    }

    func receive(_ data: Data) {
        self.idleTimer?.reset()
        self.channel.receive(data) {
            if Self.canPause { self.suspend() }
            return { [weak self] in self?.resume() }
        }
        if !Self.canPause, self.channel.unreadByteCount > URLSessionTransport.unreadByteLimit {
            let message = "The reader was too slow: \(self.channel.unreadByteCount) bytes wait to be read."
            self.fail(SSEClientError(code: .connectionCut, message: message))
        }
        self.channel.wakeReader()
    }

    /// The response is complete, or has failed.
    ///
    /// - Parameters:
    ///   - error: What went wrong.
    ///   - response: The head, which comes only with the end if it is a redirect without a `Location` on Linux.
    func complete(_ error: (any Error)?, _ response: URLResponse?) {
        self.idleTimer?.stop()
        if error == nil, let response { self.receive(response) }
        let hasResponse = self.state.withLock { $0.hasResponse }
        self.channel.finish(error.map { SSEClientError(urlSession: $0, hasResponse: hasResponse) })
    }

    /// The response is a redirect, which the task must not follow: that is the client's part.
    ///
    /// - Parameter refuse: Tells the task so.
    func redirect(_ response: URLResponse, _ refuse: () -> Void) {
        #if canImport(FoundationNetworking)
        // Foundation on Linux ends the process if a task is cancelled before it has taken this answer, or gets it after
        // that. So whichever comes first excludes the other; the head comes with the task's end, which is now.
        let isCancelled = self.state.withLock { state in
            state.isRedirected = true
            return state.isCancelled
        }
        if !isCancelled { refuse() }
        #else
        self.receive(response)
        refuse()
        #endif
    }

    private func fail(_ error: SSEClientError) {
        self.channel.finish(error)
        self.idleTimer?.stop()
        self.cancelTask()
    }

    private func cancelTask() {
        let isRedirected = self.state.withLock { state in
            state.isCancelled = true
            return state.isRedirected
        }
        if !isRedirected { self.task.cancel() }
    }

    private func suspend() {
        self.state.withLock { state in
            guard !state.isSuspended else { return }
            state.isSuspended = true
            self.idleTimer?.pause()
            self.task.suspend()
        }
    }

    private func resume() {
        self.state.withLock { state in
            guard state.isSuspended else { return }
            state.isSuspended = false
            self.idleTimer?.resume()
            self.task.resume()
        }
    }

    // MARK: The reader

    func head() async throws -> EventStreamResponse {
        try await self.channel.head()
    }

    var isReadable: Bool { self.channel.isReadable }

    var decodesContent: Bool { true }

    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        try await self.channel.read(body)
    }

    func cancel() {
        self.channel.cancel()
        self.idleTimer?.stop()
        self.cancelTask()
    }
}

extension Data: ResponseChunk {
    var byteCount: Int { self.count }

    func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        self.withUnsafeBytes { $0.withMemoryRebound(to: UInt8.self, body) }
    }
}
