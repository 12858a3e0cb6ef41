internal import SSEClient
internal import SSETestSupport

@available(SwiftSSE 1.0, *)
extension Scenario {
    /// Sends the response's body out of memory.
    ///
    /// - Parameters:
    ///   - feed: Where to.
    ///   - closes: Gets an entry when the client has left.
    func play(on feed: InMemoryFeed, closes: Log<Void>) async {
        for step in self.steps {
            switch step {
            case .send(let text): feed.send(text)
            case .wait(let log): await log.next()
            }
        }
        switch self.isAnswered ? self.ending : .silence {
        case .complete: feed.end()
        case .chunkedCut, .tooShort, .reset: feed.cut()
        case .silence:
            await feed.waitUntilCancelled()
            closes.append(())
        }
    }
}
