internal import SSEBroker

// What an engine must do when events leave its log.
@available(SwiftSSE 1.0, *)
extension EngineConformance {
    /// Checks for an engine that keeps little: each gets one that lets go of its oldest events before
    /// ``retentionEventLimit`` have been appended.
    ///
    /// ```swift
    /// @Test(arguments: EngineConformance.retentionChecks)
    /// func `the engine forgets as it must`(check: EngineConformance.Check) async throws {
    ///     try await check { MyEngine(keepingEvents: 100) }
    /// }
    /// ```
    public static let retentionChecks = [
        Check("the bounds tell what has left the log", EngineConformance.boundsMove),
        Check("reading tells when events have left the log", EngineConformance.readingTellsOfMissingEvents),
        Check("following what has left the log fails", EngineConformance.followingWhatIsGoneFails),
        Check("numbers go on when events leave the log", EngineConformance.numbersGoOn),
    ]

    /// How many events are appended at most until the first must have left the log: 20,000.
    public static let retentionEventLimit = 20_000

    /// Appends events until some have left the log.
    ///
    /// - Returns: What the log held before.
    private static func fill(_ engine: any BrokerEngine) async throws -> LogBounds {
        let before = try await engine.bounds()
        for number in 1...UInt64(self.retentionEventLimit) {
            _ = try await engine.append(self.publication(number))
            guard number.isMultiple(of: 10) else { continue }
            if try await engine.bounds().first > before.last + 1 { return before }
        }
        throw ConformanceFailure("nothing has left the log after \(self.retentionEventLimit) events")
    }

    private static func boundsMove(_ engine: any BrokerEngine) async throws {
        let before = try await self.fill(engine)
        let bounds = try await engine.bounds()
        try self.expect(bounds.epoch == before.epoch, "the epoch has changed from \(before.epoch) to \(bounds.epoch)")
        try self.expect(bounds.first <= bounds.last + 1, "the bounds are \(bounds)")
        let slice = try await engine.read(after: bounds.first - 1, .everything, limit: 1)
        let first = try await engine.bounds().first
        try self.expect(
            slice.records.first.map { (bounds.first...first).contains($0.position.sequence) } ?? (first > bounds.last),
            "the first event is \(slice.records.first?.position.sequence ?? 0), the bounds say \(bounds.first)"
        )
    }

    private static func readingTellsOfMissingEvents(_ engine: any BrokerEngine) async throws {
        let before = try await self.fill(engine)
        let gone = try await engine.read(after: before.last, .everything, limit: 10)
        try self.expect(gone.isMissingEvents, "it is not said that events behind \(before.last) are missing")
        // Of a topic by its name an engine may know that there was nothing.
        let others = TopicSelection([try TopicSelector("nothing/{x}")])
        let unwanted = try await engine.read(after: before.last, others, limit: 10)
        try self.expect(
            unwanted.isMissingEvents,
            "it is not said that events behind \(before.last) are missing to one who wants others"
        )
        // Events may go on leaving for a while.
        var bounds = try await engine.bounds()
        for _ in 0..<100 {
            let kept = try await engine.read(after: bounds.first - 1, .everything, limit: 10)
            let now = try await engine.bounds()
            if now.first == bounds.first {
                return try self.expect(
                    !kept.isMissingEvents,
                    "events behind \(bounds.first - 1) are said to be missing, where the log begins at \(bounds.first)"
                )
            }
            bounds = now
        }
    }

    private static func followingWhatIsGoneFails(_ engine: any BrokerEngine) async throws {
        let before = try await self.fill(engine)
        let received = ReceivedRecords()
        do {
            try await engine.follow(after: before.last) { records throws(BrokerError) in
                _ = received.append(records)
                // Else it would go on for ever.
                throw BrokerError(code: .closed, message: "These are not the next events.")
            }
        } catch let error as BrokerError where error.code == .eventsMissed {
            return try self.expect(received.all.isEmpty, "\(received.all.map(\.position)) were delivered")
        } catch let error as BrokerError where error.code == .closed {
            throw ConformanceFailure(
                "following begins at \(received.all.first?.position.sequence ?? 0) as if nothing was gone"
            )
        }
        throw ConformanceFailure("following ends without an error")
    }

    private static func numbersGoOn(_ engine: any BrokerEngine) async throws {
        _ = try await self.fill(engine)
        let bounds = try await engine.bounds()
        let receipt = try await engine.append(self.publication(0))
        let expected = EventPosition(epoch: bounds.epoch, sequence: bounds.last + 1)
        try self.expect(receipt.position == expected, "appended at \(receipt.position), expected \(expected)")
    }
}
