#if AsyncHTTPClient
internal import AsyncHTTPClient
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Receives a response on an event loop and passes it on to a ``ResponseChannel``.
@available(SwiftSSE 1.0, *)
final class ResponseReceiver: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct State {
        var url: String
        var hasResponse = false
    }

    private let channel: ResponseChannel<ByteBuffer>
    private let idleTimer: IdleTimer?
    private let state: Mutex<State>
    private let isWakeScheduled: NIOLoopBoundBox<Bool>

    init(channel: ResponseChannel<ByteBuffer>, idleTimer: IdleTimer?, url: String, eventLoop: any EventLoop) {
        self.isWakeScheduled = .makeBoxSendingValue(false, eventLoop: eventLoop)
        self.channel = channel
        self.idleTimer = idleTimer
        self.state = Mutex(State(url: url))
    }

    /// Whether the head of a response has come.
    var hasResponse: Bool { self.state.withLock { $0.hasResponse } }

    func didVisitURL(task: HTTPClient.Task<Void>, _ request: HTTPClient.Request, _ head: HTTPResponseHead) {
        self.state.withLock { $0.url = request.url.absoluteString }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        self.idleTimer?.reset()
        let url = self.state.withLock { state in
            state.hasResponse = true
            return state.url
        }
        self.channel.receive(EventStreamResponse(url: url, head))
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        self.wakeReaderSoon(task.eventLoop)
        var untilRead: EventLoopFuture<Void>?
        self.channel.receive(buffer) {
            let promise = task.eventLoop.makePromise(of: Void.self)
            untilRead = promise.futureResult
            self.idleTimer?.pause()
            return { [idleTimer] in
                idleTimer?.resume()
                promise.succeed()
            }
        }
        return untilRead ?? task.eventLoop.makeSucceededVoidFuture()
    }

    /// Wakes the reader once the event loop has handed over all that it has read.
    private func wakeReaderSoon(_ eventLoop: any EventLoop) {
        guard !self.isWakeScheduled.value else { return }
        self.isWakeScheduled.value = true
        eventLoop.execute {
            self.isWakeScheduled.value = false
            self.idleTimer?.reset()
            self.channel.wakeReader()
        }
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {}
}

@available(SwiftSSE 1.0, *)
extension EventStreamResponse {
    fileprivate init(url: String, _ head: HTTPResponseHead) {
        var fields = HTTPFields()
        for (name, value) in head.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        // HTTP/2 lets servers send any number, and the type traps on those beyond three digits.
        let code = (0...999).contains(head.status.code) ? Int(head.status.code) : 0
        let status = HTTPResponse.Status(code: code, reasonPhrase: head.status.reasonPhrase)
        self.init(url: url, status: status, headers: fields)
    }
}
#endif
