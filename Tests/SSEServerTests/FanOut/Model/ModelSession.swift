internal import SSEBroker
internal import SSETestSupport

/// One connection of a client: what it asked for and what came.
@available(SwiftSSE 1.0, *)
struct ModelSession: Sendable {
    let connection: StreamConnection
    let selection: ModelSelection
    let resume: ModelResume
    let head: StreamHead
    /// What has come and has not been checked.
    private var items: [StreamItem] = []
    private(set) var cursor: ModelCursor?

    /// Connects, and waits for the head of the response.
    init(_ port: Int, _ buffers: StreamConnection.Buffers, _ selection: ModelSelection, _ resume: ModelResume)
        async throws
    {
        self.selection = selection
        self.resume = resume
        var fields = ["Topics: \(selection.selectors.joined(separator: " "))"]
        if let field = resume.field { fields.append(field) }
        self.connection = try await StreamConnection.connect(to: port, buffers: buffers, fields: fields)
        try await self.connection.wait { $0.head != nil }
        guard let head = try await self.connection.progress.head else { throw ModelMismatch("No head.") }
        self.head = head
    }

    var isRefused: Bool { self.head["X-Outcome"] == "refused" }

    /// Where the stream begins, as the server says.
    var start: UInt64 { self.head["X-Start"].flatMap { UInt64($0) } ?? 0 }

    /// Fetches what has come.
    ///
    /// - Returns: The last id among it, whether it came with an event or by itself.
    mutating func collect() async throws -> String? {
        if let failure = try await self.connection.progress.failure { throw ModelMismatch(failure) }
        let new = try await self.connection.takeItems()
        self.items += new
        return new.compactMap(\.lastEventID).last
    }

    /// Compares what has come with what must come.
    ///
    /// - Parameters:
    ///   - events: All that has been published.
    ///   - first: The number of the oldest event that is kept by now.
    mutating func check(_ events: [ModelEvent], first: UInt64, _ policy: ResumePolicy) throws {
        if self.cursor == nil { self.cursor = try self.resume.cursor(self.head, self.selection, policy, events) }
        try self.cursor?.advance(by: self.items, events, first: first)
        self.items = []
    }
}
