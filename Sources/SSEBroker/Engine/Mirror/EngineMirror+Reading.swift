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
