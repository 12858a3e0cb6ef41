/// How long to wait before something that has failed is tried again.
struct Backoff {
    static let shortest = Duration.milliseconds(250)
    static let longest = Duration.seconds(5)

    private var delay = Self.shortest

    /// The next time to wait: twice as long as the one before.
    mutating func next() -> Duration {
        defer { self.delay = min(self.delay * 2, Self.longest) }
        return self.delay
    }

    /// It went well meanwhile.
    mutating func reset() { self.delay = Self.shortest }
}
