public import SSEBroker

@available(SwiftSSE 1.0, *)
extension FanOut {
    /// Gives a client a place, or says why it gets none. That is before the response's head is written.
    ///
    /// If the broker has its events in memory this does not wait. One on an engine of your own may have to ask that for
    /// a last event ID that it does not know.
    ///
    /// - Parameters:
    ///   - selection: Which events the client wants.
    ///   - point: Where it wants to begin.
    ///   - details: What it is told of each event beside the event itself; nothing by default.
    ///   - lifetime: How long the stream may last, for one whose right to it ends; `nil` for as long as the fan-out
    ///     lets it. It ends up to a second early rather than late.
    ///   - onEnd: Is called when the stream is over, or when nobody uses the place. It must return at once.
    /// - Returns: The place. It is given back when nobody uses it.
    /// - Throws: `BrokerError` with one of the codes `noTopics`, `tooManyTopics`, `tooManySubscriptions`,
    ///   `tooManyTemplates`, `tooManySelectors`, `resumeRefused`, and `closed` when the broker is shutting down or
    ///   ``drain(over:retry:timeout:)`` has been called; `engineUnavailable` if the engine has to be asked and does not
    ///   answer within `BrokerConfiguration.engineTimeout`, or what it throws.
    public func admission(
        to selection: TopicSelection,
        from point: ResumePoint,
        details: EventDetails = .none,
        lifetime: Duration? = nil,
        onEnd: (@Sendable () -> Void)? = nil
    ) async throws(BrokerError) -> Admission {
        try self.takePlace()
        let start = ContinuousClock.now
        do throws(BrokerError) {
            let cursor = try await self.broker.admit(selection, from: point)
            // The right to the stream ends when it ends, however long this took.
            let rest = lifetime.map { $0 - start.duration(to: .now) }
            return Admission(self.broker, self.places, selection, details, at: cursor, lifetime: rest, onEnd: onEnd)
        } catch {
            self.places.giveBack()
            throw error
        }
    }

    /// Takes a place before it looks for the end, so that an end that begins now waits for it.
    private func takePlace() throws(BrokerError) {
        self.places.take()
        guard self.isDraining else { return }
        self.places.giveBack()
        throw .closed
    }

    /// Gives a client a place without waiting, or says why it gets none.
    ///
    /// For those who are on an event loop, with a broker that has its events in memory. On another broker an engine may
    /// have to be asked, and for `ResumePoint.newest` events are compared, which this does not do: use
    /// ``admission(to:from:details:lifetime:onEnd:)`` there.
    ///
    /// - Parameters:
    ///   - selection: Which events the client wants.
    ///   - point: Where it wants to begin.
    ///   - details: What it is told of each event beside the event itself; nothing by default.
    ///   - lifetime: How long the stream may last.
    ///   - onEnd: Is called when the stream is over, or when nobody uses the place. It must return at once.
    /// - Returns: The place. It is given back when nobody uses it.
    /// - Throws: `BrokerError` as ``admission(to:from:details:lifetime:onEnd:)`` does; with the code
    ///   `engineUnavailable` whenever it does not know at once where the stream begins.
    public func admit(
        _ selection: TopicSelection,
        from point: ResumePoint,
        details: EventDetails = .none,
        lifetime: Duration? = nil,
        onEnd: (@Sendable () -> Void)? = nil
    ) throws(BrokerError) -> Admission {
        guard
            let admission = try self.admitAtOnce(
                selection,
                from: point,
                details: details,
                lifetime: lifetime,
                onEnd: onEnd
            )
        else {
            throw BrokerError(code: .engineUnavailable, message: "It has to be looked up where this begins.")
        }
        return admission
    }

    /// Gives a client a place without waiting, `nil` if the engine has to be asked, or events have to be compared.
    package func admitAtOnce(
        _ selection: TopicSelection,
        from point: ResumePoint,
        details: EventDetails = .none,
        lifetime: Duration? = nil,
        onEnd: (@Sendable () -> Void)? = nil
    ) throws(BrokerError) -> Admission? {
        try self.takePlace()
        do throws(BrokerError) {
            if let cursor = try self.broker.admitAtOnce(selection, from: point) {
                return Admission(
                    self.broker,
                    self.places,
                    selection,
                    details,
                    at: cursor,
                    lifetime: lifetime,
                    onEnd: onEnd
                )
            }
        } catch {
            self.places.giveBack()
            throw error
        }
        self.places.giveBack()
        return nil
    }
}

@available(SwiftSSE 1.0, *)
extension BrokerError {
    /// The status by which HTTP says the same.
    package var httpStatusCode: Int {
        switch self.code {
        case .eventTooLarge, .tooManyTopics: 413
        case .resumeRefused: 412
        case .closed, .engineFailed, .engineUnavailable, .tooManySelectors, .tooManySubscriptions, .tooManyTemplates:
            503
        case .storageFull: 507
        default: 400
        }
    }
}
