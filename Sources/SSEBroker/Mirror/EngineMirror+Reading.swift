// Events that have left the copy and are in the engine's log.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// About how many bytes of events are read at a time.
    package static let sliceBytes = 64 * 1024

    /// Reads from the engine for a task.
    ///
    /// - Parameters:
    ///   - position: The last event that is known.
    ///   - selection: Which events are wanted.
    ///   - limit: The most events to return.
    /// - Throws: ``BrokerError`` as ``perform(_:)`` does; with the code ``BrokerError/Code/engineUnavailable`` also if
    ///   the engine does not get any further, or is on another log.
    func read(
        after position: EventPosition,
        _ selection: TopicSelection,
        limit: Int
    ) async throws(BrokerError) -> LogSlice {
        let slice = try await self.perform(.reading) { engine async throws(BrokerError) in
            try await engine.read(after: position.sequence, selection, limit: limit, bytes: Self.sliceBytes)
        }
        return try slice.following(position)
    }

    /// Has something read from the engine for somebody who cannot wait.
    ///
    /// - Parameters:
    ///   - position: The last event that is known.
    ///   - selection: Which events are wanted.
    ///   - limit: The most events to return.
    ///   - completion: Takes what has been read, or why it could not be. While it waits no more is read than there is
    ///     room for, so it returns when the events are where they go.
    ///   - refuse: Is called instead, at once, if the engine will not be asked.
    package func read(
        after position: EventPosition,
        _ selection: TopicSelection,
        limit: Int,
        completion: @escaping @Sendable (Result<LogSlice, BrokerError>) async -> Void,
        refuse: @escaping @Sendable (BrokerError) -> Void
    ) {
        let call = self.call
        self.queue.push(
            EngineQueue.Request(
                kind: .reading,
                deadline: self.time.now + call.limit,
                run: {
                    let answer = await call { engine async throws(BrokerError) in
                        try await engine.read(
                            after: position.sequence,
                            selection,
                            limit: limit,
                            bytes: Self.sliceBytes
                        ).following(position)
                    }
                    await completion(answer)
                },
                refuse: refuse
            )
        )
    }

    /// Waits before the engine is asked again by somebody whom it has not answered.
    func pause() async throws { try await self.time.sleep(for: .seconds(1)) }
}

@available(SwiftSSE 1.0, *)
extension LogSlice {
    /// The slice, if it is one that follows a position.
    fileprivate func following(_ position: EventPosition) throws(BrokerError) -> LogSlice {
        let isOfAnotherLog = self.records.contains { $0.position.epoch != position.epoch }
        guard !isOfAnotherLog, self.cursor > position.sequence else {
            let what = isOfAnotherLog ? "is on another log" : "does not know what comes"
            throw BrokerError(code: .engineUnavailable, message: "The engine \(what) behind \(position).")
        }
        var slice = self
        // It is not this process's log that was read.
        slice.epoch = nil
        // For the copy these keep the place of what there is not; nobody else gets them.
        slice.records.removeAll(where: \.isHole)
        return slice
    }
}

// Where those begin who come: in the copy, or before it.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// Finds where a subscriber begins, `nil` if the engine has to be asked for that.
    func resumeAtOnce(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy
    ) throws(BrokerError) -> ResumedCursor? {
        var whole = self.knownBounds.map(WholeLog.recent) ?? .unknown
        // What the engine had may have left it with each event that has come since, and with it the one to go on after.
        if case .after = point, let bounds = whole.bounds, bounds.last != self.store.last { whole = .unknown }
        return try self.store.resume(from: point, for: selection, policy: policy, in: whole)
    }

    /// Asks the engine, and finds where a subscriber begins.
    func resume(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy
    ) async throws(BrokerError) -> ResumedCursor {
        // Once, unless the engine's log is replaced meanwhile.
        for _ in 0..<3 {
            var sequence: UInt64?
            switch point {
            case .after(let id) where EventLog.mayBePublisherID(id):
                sequence = try await self.sequence(ofPublisherID: id, allowedBy: selection)
            case .since(let time):
                sequence = try await self.sequence(since: time)
            default: break
            }
            let whole = WholeLog.current(try await self.currentBounds(), found: sequence)
            if let cursor = try self.store.resume(from: point, for: selection, policy: policy, in: whole) {
                return cursor
            }
        }
        throw .logIsReplaced
    }

    /// An event that a subscriber may not have counts as one that there is not, as in ``EventLog``.
    private func sequence(
        ofPublisherID id: String,
        allowedBy selection: TopicSelection
    ) async throws(BrokerError) -> UInt64? {
        try await self.perform { engine async throws(BrokerError) in
            guard let sequence = try await engine.sequence(ofPublisherID: id), sequence > 0 else { return nil }
            let record = try await engine.read(after: sequence - 1, .everything, limit: 1).records.first
            guard let record, record.publisherID == id else { return nil }
            if record.isPrivate {
                var turns = MatchTurns()
                let isAllowed = await turns.matches(selection.everythingAllowed, record.topics, isPrivate: true)
                guard isAllowed == true else { return nil }
            }
            return sequence
        }
    }

    /// The number of the first event that was stored at a time or later, by halving what is before the copy.
    ///
    /// - Returns: The number of the copy's first event if there is none before it.
    private func sequence(since time: Duration) async throws(BrokerError) -> UInt64 {
        var low = max(try await self.currentBounds().first, 1)
        var high = max(self.store.bounds.first, low)
        while low < high {
            let middle = low + (high - low) / 2
            let record = try await self.perform { engine async throws(BrokerError) in
                try await engine.read(after: middle - 1, .everything, limit: 1, bytes: 1).records.first
            }
            // What has left the log meanwhile, or was deleted, is passed over.
            guard let record, record.position.sequence < high else {
                high = middle
                continue
            }
            if (record.time ?? .zero) >= time { high = middle } else { low = record.position.sequence + 1 }
        }
        return low
    }
}
