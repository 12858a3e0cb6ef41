internal import SSEBroker
internal import SSETestSupport

/// A client that comes, stalls, leaves in bad ways and comes back.
@available(SwiftSSE 1.0, *)
struct ModelClient: Sendable {
    let name: String
    private let server: FanOutServer
    private let setting: ModelSetting
    private let log: ModelLog
    private let buffers: StreamConnection.Buffers
    private let selection: ModelSelection
    private var generator: SeededGenerator

    private(set) var session: ModelSession
    /// Those that are over, to be checked when the model is complete.
    private var past: [ModelSession] = []
    private var lastEventID: String?
    private(set) var isStalled = false
    private(set) var eventCount = 0
    private(set) var overrunCount = 0
    private(set) var sessionCount = 1

    /// - Parameter selection: What it wants, `nil` for something at random.
    init(
        name: String,
        _ server: FanOutServer,
        _ setting: ModelSetting,
        _ log: ModelLog,
        selection: ModelSelection? = nil,
        buffers: StreamConnection.Buffers? = nil,
        seed: UInt64
    ) async throws {
        var generator = SeededGenerator(seed: seed)
        self.name = name
        self.server = server
        self.setting = setting
        self.log = log
        self.selection = selection ?? .random(using: &generator)
        self.buffers = buffers ?? (Bool.random(using: &generator) ? .small : .standard)
        self.generator = generator
        self.session = try await ModelSession(server.port, self.buffers, self.selection, .latest)
    }

    // MARK: What it does

    /// Does some things, one after the other.
    mutating func act() async throws {
        for _ in 0..<Int.random(in: 1...3, using: &self.generator) {
            switch Int.random(in: 0..<10, using: &self.generator) {
            case 0..<4: break
            case 4, 5: try await self.setStalled(true)
            case 6, 7: try await self.setStalled(false)
            default: try await self.cutAndReturn()
            }
            // So that it happens in the middle of something. Nothing is waited for.
            try await Task.sleep(for: .microseconds(Int.random(in: 0...3000, using: &self.generator)))
        }
    }

    mutating func setStalled(_ isStalled: Bool) async throws {
        guard self.isStalled != isStalled else { return }
        self.isStalled = isStalled
        // Its stream may have ended, which whoever waits for it will see.
        try? await self.session.connection.setReading(!isStalled)
    }

    private mutating func cutAndReturn() async throws {
        let cut = StreamConnection.Cut.allCases.randomElement(using: &self.generator) ?? .close
        try await self.session.connection.cut(cut)
        try await self.collect()
        let resume = ModelResume.random(
            lastEventID: self.lastEventID,
            epoch: self.server.broker.bounds.epoch,
            self.log,
            using: &self.generator
        )
        try await self.begin(resume)
    }

    /// Is cut, and comes back with the last id that it knows.
    mutating func cutAndResume(_ cut: StreamConnection.Cut) async throws {
        try await self.session.connection.cut(cut)
        try await self.collect()
        try await self.begin(
            (self.lastEventID ?? self.session.head["Last-Event-ID"]).map { .known(id: $0) } ?? .earliest
        )
    }

    private mutating func begin(_ resume: ModelResume) async throws {
        self.past.append(self.session)
        self.isStalled = false
        self.sessionCount += 1
        self.session = try await ModelSession(self.server.port, self.buffers, self.selection, resume)
        guard self.session.isRefused else { return }
        try await self.session.connection.cut(.close)
        try await self.begin(.earliest)
    }

    private mutating func collect() async throws {
        if let id = try await self.session.collect() { self.lastEventID = id }
    }

    // MARK: What it must have got

    /// Waits for an event that everybody wants, after which nothing has been published.
    mutating func catchUp(to event: ModelEvent) async throws {
        while true {
            if self.session.start >= event.sequence { return try await self.collect() }
            do {
                let data = event.data
                try await self.session.connection.wait {
                    $0.lastEvent == data || $0.hasEnded || $0.failure != nil
                }
            } catch {
                let progress = try await self.session.connection.progress
                throw ModelMismatch(
                    """
                    The last event did not come (\(error)), after \(progress.itemCount) items, of which the last is \
                    \(progress.lastEvent?.prefix(20) ?? "none"), since \(self.session.start); \
                    is closed: \(progress.isClosed), has ended: \(progress.hasEnded).
                    """
                )
            }
            try await self.collect()
            guard try await self.session.connection.progress.lastEvent != event.data else { return }
            guard self.setting.endsStreams else { throw ModelMismatch("The stream has ended.") }
            try await self.begin(self.lastEventID.map { .known(id: $0) } ?? .earliest)
        }
    }

    /// Waits until the server has ended the stream in order, with all that there is.
    mutating func readToEnd(_ last: ModelEvent) async throws {
        do {
            try await self.session.connection.wait { $0.hasEnded || $0.failure != nil }
        } catch {
            throw ModelMismatch("The stream does not end in order: \(error).")
        }
        try await self.collect()
        guard !self.setting.endsStreams, self.session.start < last.sequence else { return }
        let lastEvent = try await self.session.connection.progress.lastEvent
        guard lastEvent == last.data else {
            throw ModelMismatch("The stream ended behind \(lastEvent?.prefix(20) ?? "nothing").")
        }
    }

    /// Compares all that has come with the model. Only while nothing is being published.
    mutating func check(_ events: [ModelEvent], first: UInt64) async throws {
        try await self.collect()
        let policy = self.setting.broker.resumePolicy
        for var session in self.past {
            try session.check(events, first: first, policy)
            self.count(session)
        }
        self.past = []
        try self.session.check(events, first: first, policy)
    }

    private mutating func count(_ session: ModelSession) {
        self.eventCount += session.cursor?.eventCount ?? 0
        self.overrunCount += session.cursor?.overrunCount ?? 0
    }
}
