internal import Synchronization

// What the whole of the engine's log holds, and what follows from that for the copy.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// What the engine's log held a moment ago, `nil` if it has not been asked for too long.
    var knownBounds: LogBounds? {
        let time = self.time.now
        return self.state.withLock { state in
            state.known.flatMap { time - $0.time <= Self.knowledgeAge ? $0.bounds : nil }
        }
    }

    /// What the engine's log holds now: the engine is asked after this has been called, once for all who wait.
    ///
    /// - Throws: ``BrokerError`` if the engine fails, or with the code ``BrokerError/Code/engineUnavailable`` if it
    ///   does not answer in time.
    func currentBounds() async throws(BrokerError) -> LogBounds {
        let reply = EngineReply<LogBounds>()
        let isFirst = self.state.withLock { state in
            state.waitingForBounds.append(reply)
            defer { state.isAskingBounds = true }
            return !state.isAskingBounds
        }
        if isFirst { self.askBounds() }
        return try await reply.wait(within: self.call.limit, self.time)
    }

    private func askBounds() {
        self.queue.push(
            EngineQueue.Request(
                deadline: self.time.now + self.call.limit,
                run: { [weak self] in await self?.takeBounds() },
                refuse: { [weak self] error in
                    let waiting = self?.state.withLock { state in
                        state.isAskingBounds = false
                        state.boundsFailure = error.message
                        defer { state.waitingForBounds = [] }
                        return state.waitingForBounds
                    }
                    for reply in waiting ?? [] { reply.give(.failure(error)) }
                }
            )
        )
    }

    /// Asks the engine. Never by two at a time, so that an old answer does not come after a new one.
    private func takeBounds() async {
        let start = self.time.now
        let waiting = self.state.withLock { state in
            defer { state.waitingForBounds = [] }
            return state.waitingForBounds
        }
        let answer = await self.call { engine async throws(BrokerError) in try await engine.bounds() }
        switch answer {
        case .success(let bounds):
            self.adapt(to: bounds)
            self.checkProgress(towards: bounds)
            self.state.withLock { state in
                state.known = (bounds, start)
                state.boundsFailure = nil
            }
        case .failure(let error):
            self.state.withLock { state in
                // Nobody goes on where nobody can read on: whoever needs the engine is told to come back.
                state.known = nil
                state.boundsFailure = error.message
            }
        }
        for reply in waiting { reply.give(answer) }
        let isAskedAgain = self.state.withLock { state in
            state.isAskingBounds = !state.waitingForBounds.isEmpty
            return state.isAskingBounds
        }
        if isAskedAgain { self.askBounds() }
    }

    /// Begins the copy anew if the engine's log is another one, and lets go of what has left the engine's log.
    private func adapt(to bounds: LogBounds) {
        guard bounds.epoch != self.store.position.epoch else { return self.store.removeEvents(before: bounds.first) }
        // What the new log has already is read from the engine by those who want it: who asks for what comes next must
        // not get all that.
        self.store.restart(epoch: bounds.epoch, last: bounds.last)
        self.state.withLock { $0.restart }?.give(.success(.anotherLog))
    }

    /// Ends the following of an engine that has more and has not delivered anything for a while. A server that has hung
    /// up only half still says that it is alive; following anew may find another one.
    private func checkProgress(towards bounds: LogBounds) {
        let time = self.time.now
        let position = self.store.position
        let restart = self.state.withLock { state -> EngineReply<FollowEnd>? in
            guard position.epoch == bounds.epoch, position.sequence < bounds.last else {
                state.lag = nil
                return nil
            }
            guard let start = state.lag?.start, state.lag?.position == position else {
                state.lag = Lag(position: position, last: bounds.last, start: time)
                return nil
            }
            state.lag?.last = bounds.last
            // Each try has as long as the first one had.
            guard let followStart = state.followStart, time - max(start, followStart) >= Self.patience else {
                return nil
            }
            return state.restart
        }
        restart?.give(.success(.isStuck))
    }

    /// Asks once a second, until the task is cancelled.
    func watch() async throws {
        while true {
            try await self.time.sleep(for: .seconds(1))
            // A failure is told by the health, and by whoever waits for an answer.
            _ = try? await self.currentBounds()
        }
    }
}
