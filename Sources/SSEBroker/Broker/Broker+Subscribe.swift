@available(SwiftSSE 1.0, *)
extension Broker {
    /// Subscribes for as long as a closure runs.
    ///
    /// - Parameters:
    ///   - selection: Which events are wanted.
    ///   - point: Where to begin.
    ///   - body: Reads the events.
    /// - Returns: What the closure returns.
    /// - Throws: What the closure throws; ``BrokerError`` with one of the codes ``BrokerError/Code/noTopics``,
    ///   ``BrokerError/Code/tooManyTopics``, ``BrokerError/Code/tooManySubscriptions``,
    ///   ``BrokerError/Code/tooManyTemplates``, ``BrokerError/Code/tooManySelectors``, ``BrokerError/Code/resumeRefused``, ``BrokerError/Code/closed``; and if
    ///   an engine has to be asked where to begin and fails, what it throws, or
    ///   ``BrokerError/Code/engineUnavailable``.
    public func withSubscription<Result>(
        to selection: TopicSelection,
        from point: ResumePoint = .latest,
        _ body: (BrokerSubscription) async throws -> Result
    ) async throws -> Result {
        try await self.withSubscription(to: selection, at: try await self.admit(selection, from: point), body)
    }

    /// Subscribes somebody who has been counted in by ``admit(_:from:)``, and counts it out.
    package func withSubscription<Result>(
        to selection: TopicSelection,
        at beginning: ResumedCursor,
        _ body: (BrokerSubscription) async throws -> Result
    ) async throws -> Result {
        let lifetime = SubscriptionLifetime(self.subscriptions)
        defer {
            lifetime.end()
            self.release(selection)
        }
        return try await body(
            BrokerSubscription(
                beginning,
                self.cursor(at: beginning, selection),
                self.store,
                self.mirror,
                lifetime,
                self.time,
                countGap: { [metrics] in metrics.countGap($0) }
            )
        )
    }

    /// The cursor of a subscriber that has been counted in.
    package func cursor(at beginning: ResumedCursor, _ selection: TopicSelection) -> LogCursor {
        LogCursor(beginning, selection, self.configuration.overrunPolicy, hasEngine: self.mirror != nil)
    }

    // MARK: Counting in

    /// Counts a new subscriber in, and finds where it begins. ``release(_:)`` counts it out.
    ///
    /// - Returns: `nil` if the engine has to be asked, or events have to be compared; then nobody has been counted in.
    package func admitAtOnce(_ selection: TopicSelection, from point: ResumePoint) throws(BrokerError) -> ResumedCursor?
    {
        let count = try self.countIn(selection)
        do throws(BrokerError) {
            guard let cursor = try self.resumeAtOnce(from: point, for: selection) else {
                _ = self.subscriptions.remove(selection)
                return nil
            }
            self.countAdmitted(at: cursor, count)
            return cursor
        } catch {
            throw self.refused(selection, error)
        }
    }

    /// Counts a new subscriber in, and finds where it begins; if need be, the engine is asked. ``release(_:)`` counts
    /// it out.
    package func admit(
        _ selection: TopicSelection,
        from point: ResumePoint
    ) async throws(BrokerError) -> ResumedCursor {
        let count = try self.countIn(selection)
        do throws(BrokerError) {
            let cursor: ResumedCursor
            if case .newest(let count) = point {
                cursor = try await self.rewind(count, for: selection)
            } else if let known = try self.resumeAtOnce(from: point, for: selection) {
                cursor = known
            } else if let mirror {
                cursor = try await mirror.resume(
                    from: point,
                    for: selection,
                    policy: self.configuration.resumePolicy
                )
            } else {
                preconditionFailure("What is in memory is found at once.")
            }
            self.countAdmitted(at: cursor, count)
            return cursor
        } catch {
            throw self.refused(selection, error)
        }
    }

    /// Counts a subscriber out.
    package func release(_ selection: TopicSelection) {
        self.metrics.setSubscriptions(self.subscriptions.remove(selection))
    }

    private func resumeAtOnce(
        from point: ResumePoint,
        for selection: TopicSelection
    ) throws(BrokerError) -> ResumedCursor? {
        let policy = self.configuration.resumePolicy
        guard let mirror else {
            return try self.store.resume(from: point, for: selection, policy: policy, in: .here)
        }
        return try mirror.resumeAtOnce(from: point, for: selection, policy: policy)
    }

    private func countIn(_ selection: TopicSelection) throws(BrokerError) -> Int {
        do throws(BrokerError) {
            try self.configuration.limits.check(selection)
            guard !self.store.isClosed else { throw .closed }
            return try self.subscriptions.add(selection, self.configuration.limits)
        } catch {
            self.metrics.countSubscriptionRefused(error.code)
            throw error
        }
    }

    private func countAdmitted(at cursor: ResumedCursor, _ count: Int) {
        self.metrics.setSubscriptions(count)
        if case .gap(let reason) = cursor.outcome { self.metrics.countGap(reason) }
    }

    /// Counts somebody out who has not been let in.
    private func refused(_ selection: TopicSelection, _ error: BrokerError) -> BrokerError {
        _ = self.subscriptions.remove(selection)
        if let reason = error.cause as? GapReason { self.metrics.countGap(reason) }
        self.metrics.countSubscriptionRefused(error.code)
        return error
    }

    /// Counts events that a subscriber has missed on its way, since it was too slow or its log was replaced.
    package func countGap(_ reason: GapReason) { self.metrics.countGap(reason) }
}
