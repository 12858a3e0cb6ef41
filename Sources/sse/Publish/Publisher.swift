import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Publishes events one after the other, with many requests under way.
///
/// The requests are written ahead of the answers to one connection (HTTP pipelining): that alone keeps the order of the
/// lines without waiting for each answer. Several connections would not keep it, and AsyncHTTPClient has one request at
/// a time on each.
@available(SwiftSSE 1.0, *)
actor Publisher {
    /// How the time of a connection ended.
    private enum End {
        /// There is nothing more to publish.
        case done
        /// It takes no more requests, and nothing of what it has not answered has been looked at.
        case closed
    }

    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// The most requests without an answer.
    private static let window = 128
    /// The most bytes of them, unless one alone has more.
    private static let windowBytes = 1024 * 1024
    /// When an unused connection is closed: before hubs and proxies do that, just as a line comes perhaps.
    private static let idleTime = Duration.seconds(20)

    private let connection: HubConnection
    private let request: HubRequest
    private let form: EventForm
    private let source: LineSource
    private let timeout: Duration
    private let onPublished: @Sendable (_ id: String, _ line: Int) throws -> Void

    /// What has been sent and not answered.
    private var pending = CircularBuffer<PublishLine>()
    private var pendingBytes = 0
    private var isClosing = false
    private var lastProgress = ContinuousClock.now
    /// Why no more is sent.
    private var failure: CommandFailure?
    private(set) var published = 0

    init(
        _ connection: HubConnection,
        _ request: HubRequest,
        _ form: EventForm,
        _ source: sending LineSource,
        timeout: Duration,
        onPublished: @escaping @Sendable (_ id: String, _ line: Int) throws -> Void
    ) {
        self.connection = connection
        self.request = request
        self.form = form
        self.source = source
        self.timeout = timeout
        self.onPublished = onPublished
    }

    /// How many events have been sent of which nobody knows what became of them.
    var unanswered: Int { self.pending.count }

    /// Publishes all there is.
    ///
    /// - Throws: ``CommandFailure`` if some event could not be published; those before it have been.
    func run() async throws {
        // A connection is made when there is something to send.
        while try await self.hasMore() {
            let answered = self.published
            if case .done = try await self.useConnection() { break }
            // What was told of the end without a single answer may be told for ever.
            if self.failure == nil, !self.pending.isEmpty, self.published == answered { throw self.cut }
        }
        if let failure { throw failure }
    }

    private func hasMore() async throws -> Bool {
        if self.failure != nil { return false }
        if !self.pending.isEmpty { return true }
        return try await self.source.fill()
    }

    private func useConnection() async throws -> End {
        self.isClosing = false
        let channel: Connection
        do {
            channel = try await self.connection.open(on: MultiThreadedEventLoopGroup.singleton) { channel in
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                return try Connection(wrappingChannelSynchronously: channel)
            }.get()
        } catch {
            throw CommandFailure(connectingTo: self.connection.url, error)
        }
        self.lastProgress = .now
        let (progress, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        do {
            return try await channel.executeThenClose { inbound, outbound in
                try await withThrowingTaskGroup(of: End?.self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await self.send(outbound, progress) }
                    group.addTask { try await self.receive(inbound, continuation) }
                    group.addTask { try await self.watch() }
                    // Who cannot send any more leaves it to who receives to say why.
                    while let end = try await group.next() {
                        if let end { return end }
                    }
                    return .done
                }
            }
        } catch let error as IOError where error.errnoCode == ECONNRESET || error.errnoCode == EPIPE {
            throw self.cut
        } catch  where error is CommandFailure || error is CancellationError {
            throw error
        } catch {
            throw CommandFailure(connectingTo: self.connection.url, error)
        }
    }

    // MARK: Sending

    private func send(_ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>, _ progress: AsyncStream<Void>)
        async throws -> End?
    {
        var progress = progress.makeAsyncIterator()
        // What the connection before this one did not look at.
        var requests = self.pending.flatMap { self.request.publishing($0.form) }
        while true {
            do {
                try await outbound.write(contentsOf: requests)
            } catch {
                return nil
            }
            while !self.hasRoom {
                await progress.next()
                try Task.checkCancellation()
            }
            guard self.failure == nil, try await self.source.fill() else { break }
            // Nothing is taken that this connection may not carry any more.
            guard !self.isClosing else { return .closed }
            requests = self.takeLines()
        }
        while !self.pending.isEmpty {
            await progress.next()
            try Task.checkCancellation()
        }
        return .done
    }

    private var hasRoom: Bool {
        self.pending.isEmpty || self.pending.count < Self.window && self.pendingBytes < Self.windowBytes
    }

    /// Takes the lines that are there, as far as there is room for them.
    private func takeLines() -> [HTTPClientRequestPart] {
        if self.pending.isEmpty { self.lastProgress = .now }
        var requests: [HTTPClientRequestPart] = []
        while self.hasRoom, self.source.hasLine {
            do throws(CommandFailure) {
                let (number, bytes) = try self.source.take()
                let line = PublishLine(number: number, form: self.form(data: bytes))
                self.pending.append(line)
                self.pendingBytes += line.form.readableBytes
                requests += self.request.publishing(line.form)
            } catch {
                self.failure = error
                break
            }
        }
        return requests
    }

    // MARK: Receiving

    private func receive(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>,
        _ progress: AsyncStream<Void>.Continuation
    ) async throws -> End? {
        defer { progress.finish() }
        var response: (head: HTTPResponseHead, body: ByteBuffer)?
        for try await part in inbound {
            switch part {
            case .head(let head):
                response = (head, ByteBuffer())
            case .body(var bytes):
                // An id is short, and so is what a person reads of an error.
                let room = 8192 - (response?.body.readableBytes ?? 0)
                if var part = bytes.readSlice(length: min(room, bytes.readableBytes)) {
                    response?.body.writeBuffer(&part)
                }
            case .end:
                guard let (head, body) = response.take(), let line = self.pending.popFirst() else { continue }
                self.answer(line, head, body)
                progress.yield()
                if !head.isKeepAlive {
                    self.isClosing = true
                    return self.failure == nil ? .closed : .done
                }
            }
        }
        try Task.checkCancellation()
        guard self.pending.isEmpty || self.failure != nil else { throw self.cut }
        self.isClosing = true
        return .closed
    }

    private func answer(_ line: PublishLine, _ head: HTTPResponseHead, _ body: ByteBuffer) {
        self.pendingBytes -= line.form.readableBytes
        self.lastProgress = .now
        if (200...299).contains(head.status.code) {
            self.published += 1
            do {
                try self.onPublished(String(buffer: body).trimmingCharacters(in: .whitespacesAndNewlines), line.number)
            } catch {
                // Whoever cannot be told of them is not to get more of them.
                if self.failure == nil { self.failure = CommandFailure(describing: error) }
            }
        } else if self.failure == nil {
            let refusal = PublishRefusal(head, body)
            self.failure = CommandFailure("The hub refused \(self.source.name(of: line.number)) with \(refusal)")
        }
    }

    /// Notices a hub that does not answer, and a connection that nobody uses.
    private func watch() async throws -> End? {
        while true {
            try await ContinuousClock().sleep(for: .milliseconds(250))
            let time = ContinuousClock.now - self.lastProgress
            if let line = self.pending.first {
                guard time < self.timeout else {
                    throw CommandFailure(
                        "The hub has not answered \(self.source.name(of: line.number)) within \(self.timeout)."
                    )
                }
            } else if time > Self.idleTime {
                self.isClosing = true
                return .closed
            }
        }
    }

    private var cut: CommandFailure {
        guard let first = self.pending.first, let last = self.pending.last else {
            return CommandFailure("The hub closed the connection; try again.")
        }
        let name = self.source.name(of: first.number)
        let range = first.number == last.number ? name : "\(name) to \(Count.text(last.number))"
        return CommandFailure("The hub closed the connection before it answered; \(range) may be published or not.")
    }
}
