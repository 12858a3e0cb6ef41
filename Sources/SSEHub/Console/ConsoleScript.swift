/// What the console does, in one module of JavaScript, so that nothing in it is reached from outside.
@available(SwiftSSE 1.0, *)
enum ConsoleScript {
    static let text = [
        Self.stream, Self.data, Self.rows, Self.events, Self.copy, Self.topics, Self.publish, Self.traffic, Self.keys,
    ].joined(separator: "\n")
}
