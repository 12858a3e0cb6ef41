internal import ServerSentEvents

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Iterates a subscription: does what the state machine says, in the task that asks for the next event.
///
/// There is no task of its own. That is the back-pressure: while nobody asks, nobody reads.
@available(SwiftSSE 1.0, *)
final class SubscriptionRunner<ClockType: Clock>: SubscriptionRunning where ClockType.Duration == Duration {
    private let hub: SubscriptionHub<ClockType>
    private let client: EventStreamClient
    private let configuration: EventStreamSubscription.Configuration
    private var generator: any RandomNumberGenerator & Sendable

    private var hasEntered = false
    private var isOver = false

    /// The stream that is open, and its number.
    private var reader: EventStreamReader?
    private var number = 0
    private var connection: EventStreamConnection?

    /// What has happened and not been handed out.
    private var signals: [SubscriptionSignal] = []

    private var hasReportedPause = false
    private var hasReportedEnd = false

    /// An attempt that has been reported, and is to be made next.
    private var attempt: ConnectionAttempt?

    private var previousEnd: ConnectionEnd?
    private var previousResponse: EventStreamResponse?
    private var redirect = RememberedRedirect()
    /// The attempt goes to where a redirect has led before.
    private var isAtRedirectTarget = false
    /// The id that has been sent with the attempt.
    private var sentID = ServerSentEvent.EventID.empty
    /// An id that a server has found too long.
    private var refusedID: ServerSentEvent.EventID?
    /// The stream has brought an event or a new id.
    private var hasDelivered = false
    private var cursor: CursorKeeper<ClockType>?

    init(_ hub: SubscriptionHub<ClockType>) {
        self.hub = hub
        self.client = hub.settings.client
        self.configuration = hub.settings.configuration
        self.generator = hub.settings.configuration.policy.randomNumberGenerator
        self.cursor = hub.settings.configuration.cursorStore.map { CursorKeeper($0, hub.clock) }
    }

    deinit {
        if self.hasEntered { self.hub.leave() }
    }

    func next() async throws -> SubscriptionUpdate? {
        guard !self.isOver else { return nil }
        if !self.hasEntered {
            try self.hub.enter()
            self.hasEntered = true
            try await self.loadCursor()
        }
        await self.noteTaken()
        while true {
            if !self.signals.isEmpty { return .signal(self.signals.removeFirst()) }
            if let reader = self.reader, !self.hub.isClosed {
                if let update = try await self.read(reader) { return update }
            } else if try await !self.takeStep() {
                return nil
            }
        }
    }

    // MARK: A stream that is open

    /// - Returns: What comes next in the stream, `nil` if something else is to be done first.
    private func read(_ reader: EventStreamReader) async throws -> SubscriptionUpdate? {
        do {
            while let item = try reader.takeItem() {
                if let update = self.update(for: item, reader) { return update }
            }
            if !reader.isReadable { await self.saveCursor() }
            if try await self.waitForChunks(reader) { return nil }
            await self.finish(nil)
        } catch {
            try self.throwIfCancelled()
            await self.finish(error)
        }
        return nil
    }

    private func waitForChunks(_ reader: EventStreamReader) async throws -> Bool {
        let connection = self.connection
        return try await withTaskCancellationHandler {
            try await reader.readChunks(isolation: #isolation)
        } onCancel: {
            connection?.cancel()
        }
    }

    private func update(for item: EventStreamItem, _ reader: EventStreamReader) -> SubscriptionUpdate? {
        switch item {
        case .event, .invalidData, .lastEventID: self.hasDelivered = true
        case .comment, .retry: break
        }
        switch item {
        case .event(let event):
            if event.id != nil { self.hub.lastEventID = reader.lastEventID }
            return .event(event)
        case .comment(let text):
            return .signal(.comment(text))
        case .retry(let time):
            self.hub.setReconnectionTime(time.duration)
            return .signal(.reconnectionTime(time))
        case .lastEventID(let id):
            self.hub.lastEventID = id
            return nil
        case .invalidData(let error, let id):
            if id != nil { self.hub.lastEventID = reader.lastEventID }
            return .signal(.invalidData(error))
        }
    }

    /// The connection has ended, or there was none to be had.
    private func finish(_ error: (any Error)?) async {
        await self.saveCursor()
        let end = ConnectionEnd(error: error, wasOpen: self.reader != nil, hasDelivered: self.hasDelivered)
        if let response = end.refusal?.response { self.previousResponse = response }
        self.reader = nil
        self.connection = nil
        let isIDTooLong = self.isIDTooLong(end)
        // Before the lock is taken, because the policy may run code of others.
        let decision = self.configuration.policy.decision(
            on: end,
            nextDiffers: isIDTooLong || self.isAtRedirectTarget
        )
        if isIDTooLong { self.refusedID = self.sentID }
        // A node that is gone is not asked again: the URL of the request may lead to another one.
        if !end.wasOpen { self.redirect = RememberedRedirect() }
        let consequence = self.hub.finished(
            self.number,
            end,
            decision,
            retryAfter: end.refusal.flatMap { RetryAfter.delay(after: $0.response, now: Date()) },
            random: Self.random(&self.generator)
        )
        switch consequence {
        case .wait(let delay):
            self.previousEnd = end
            self.signals.append(.waiting(delay, end))
        case .close: break
        case .none: self.previousEnd = nil
        }
    }

    /// Whether a server has refused the request because the last event ID in it is too long.
    ///
    /// Not all of them have read RFC 6585: nginx answers 400 (its own 494), others 413.
    private func isIDTooLong(_ end: ConnectionEnd) -> Bool {
        guard let status = end.refusal?.response.status.code, self.sentID != .empty else { return false }
        return status == 431 || self.sentID.rawValue.utf8.count > 4096 && [400, 413, 494].contains(status)
    }

    private static func random(_ generator: inout some RandomNumberGenerator) -> Double {
        Double.random(in: 0..<1, using: &generator)
    }

    // MARK: No stream

    /// - Returns: `false` if the subscription is over.
    private func takeStep() async throws -> Bool {
        if let attempt = self.attempt {
            self.attempt = nil
            try await self.connect(attempt)
            return true
        }
        try Task.checkCancellation()
        let (step, commandCount) = self.hub.nextStep()
        switch step {
        case .connect(let number):
            self.hasReportedPause = false
            self.number = number
            let attempt = ConnectionAttempt(
                number: number,
                previousEnd: self.previousEnd,
                lastEventID: self.hub.lastEventID,
                previousResponse: self.previousResponse
            )
            self.attempt = attempt
            self.signals.append(.connecting(attempt))
        case .wait(let end):
            try await self.wait(until: end, commandCount)
        case .rest:
            try await self.rest(commandCount)
        case .read:
            // Left over from a task that was cancelled.
            self.hub.abandon()
        case .end(let end):
            return try await self.end(end)
        }
        return true
    }

    private func connect(_ attempt: ConnectionAttempt) async throws {
        let connection = EventStreamConnection(
            self.client.transport,
            self.clientConfiguration,
            clock: self.hub.clock
        )
        self.connection = connection
        do {
            // Nothing is done for an attempt that a command has made needless meanwhile.
            guard let commandCount = self.hub.begin(self.number, connection) else { return }
            guard let made = try await self.makeRequest(attempt, commandCount) else { return }
            let original = made.separatingUserInfo()
            var request = original
            if self.configuration.reconnection == .redirectTarget { request = self.redirect.apply(to: request) }
            self.isAtRedirectTarget = request.url != original.url
            self.sentID = request.lastEventID ?? .empty
            self.hasDelivered = false
            let sent = request
            let stream = try await withTaskCancellationHandler {
                try await connection.open(sent)
            } onCancel: {
                connection.cancel()
            }
            self.previousResponse = stream.response
            self.redirect = RememberedRedirect(from: original, to: stream, previous: self.redirect)
            guard self.hub.opened(self.number) else { return }
            self.reader = EventStreamReader(
                exchange: stream.exchange,
                configuration: self.client.configuration.parser,
                lastEventID: self.hub.lastEventID
            )
            self.signals.append(.opened(stream.response))
        } catch {
            try self.throwIfCancelled()
            await self.finish(error)
        }
    }

    /// - Returns: The request to send; `nil` if there is none and the subscription has failed, or if a command came first.
    private func makeRequest(_ attempt: ConnectionAttempt, _ commandCount: Int) async throws -> EventStreamRequest? {
        let hub = self.hub
        do {
            let made = try await withThrowingTaskGroup(of: EventStreamRequest?.self) { group in
                group.addTask { try await hub.settings.makeRequest(attempt) }
                group.addTask {
                    await hub.waitForCommand(after: commandCount)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            try Task.checkCancellation()
            guard var request = made else { return nil }
            let id = request.lastEventID ?? attempt.lastEventID
            request.lastEventID = id
            if !id.isSendable || id == self.refusedID {
                self.signals.append(.unsendableLastEventID(id))
                request.lastEventID = nil
            }
            return request
        } catch {
            try self.throwIfCancelled()
            self.hub.fail(self.number, error)
            return nil
        }
    }

    private var clientConfiguration: EventStreamClient.Configuration {
        var configuration = self.client.configuration
        configuration.idleTimeout = self.configuration.idleTimeout
        configuration.connectTimeout = self.configuration.connectTimeout
        return configuration
    }

    private func wait(until end: ClockType.Instant, _ commandCount: Int) async throws {
        let hub = self.hub
        // A day at a time: a server may ask for millions of years, which is more than clocks can sleep.
        let end = min(end, hub.clock.now.advanced(by: .seconds(86_400)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await hub.clock.sleep(until: end, tolerance: nil) }
            group.addTask { await hub.waitForCommand(after: commandCount) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func rest(_ commandCount: Int) async throws {
        self.previousEnd = nil
        if !self.hasReportedPause {
            self.hasReportedPause = true
            self.signals.append(.paused)
            return
        }
        await self.hub.waitForCommand(after: commandCount)
        try Task.checkCancellation()
    }

    private func end(_ end: SubscriptionEnd) async throws -> Bool {
        if !self.hasReportedEnd {
            self.hasReportedEnd = true
            self.reader = nil
            await self.saveCursor()
            self.signals.append(.closed(end))
            return true
        }
        self.isOver = true
        if case .failed(let error) = end { throw error }
        return false
    }

    /// If it is the task that ended a connection, it counts for nothing: another loop may go on after it.
    private func throwIfCancelled() throws {
        guard Task.isCancelled else { return }
        self.reader = nil
        self.connection = nil
        self.hub.abandon()
        throw CancellationError()
    }

    // MARK: The cursor

    private func loadCursor() async throws {
        guard self.hub.needsCursor, self.cursor != nil else { return }
        do {
            self.hub.loadedCursor(try await self.cursor?.load())
        } catch {
            try self.throwIfCancelled()
            self.hub.failToBegin(error)
        }
    }

    /// The consumer has come back, so it is done with what it got last.
    private func noteTaken() async {
        guard self.cursor != nil else { return }
        if self.cursor?.isDue(self.hub.lastEventID) == true { await self.saveCursor() }
    }

    private func saveCursor() async {
        do {
            try await self.cursor?.save()
        } catch {
            self.signals.append(.cursorNotSaved(error))
        }
    }
}
