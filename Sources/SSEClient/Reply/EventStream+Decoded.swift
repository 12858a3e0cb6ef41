public import ServerSentEvents

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

@available(SwiftSSE 1.0, *)
extension EventStream {
    /// Reads a reply whose events hold JSON.
    ///
    /// ```swift
    /// for try await token in events.decoded(as: Token.self, until: .data("[DONE]"), failOn: .type("error")) {
    ///     print(token.text)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - type: What the data of each event is to be decoded as.
    ///   - decoder: What decodes it.
    ///   - included: The events that hold such a value, such as those of a type; others are skipped. Default: all.
    ///   - skipEmpty: Whether events without data are skipped, which servers send to keep a connection alive, or to give it
    ///     an id. Default: `true`.
    ///   - end: The event that says that the reply is complete; see ``reply(until:failOn:requireEnd:keepUnfinished:)``.
    ///   - failure: Events that stand for an error although the status was 200.
    ///   - requireEnd: Whether a stream that ends without the end marker throws.
    ///   - keepUnfinished: Whether what stands at the stream's end without the blank line is decoded as well.
    ///   - onFailure: Gets the error of data that cannot be decoded, and the loop goes on with the next event. Without
    ///     it the loop throws the error, and a new loop goes on. The error's code is
    ///     ``SSEClientError/Code/decodingFailed``; it names the event's number and id, and holds the
    ///     ``SSEClientError/event``.
    /// - Returns: The values. Each is decoded when the loop asks for it.
    public func decoded<Value: Decodable>(
        as type: Value.Type = Value.self,
        using decoder: JSONDecoder = JSONDecoder(),
        only included: EventPattern? = nil,
        skipEmpty: Bool = true,
        until end: EventPattern? = nil,
        failOn failure: EventPattern? = nil,
        requireEnd: Bool = false,
        keepUnfinished: Bool = false,
        onFailure: ((SSEClientError) -> Void)? = nil
    ) -> Decoded<Value> {
        Decoded(
            reader: ReplyReader(
                self.reader,
                until: end,
                failOn: failure,
                requiresEnd: requireEnd,
                keepsUnfinished: keepUnfinished
            ),
            isIncluded: { !(skipEmpty && $0.withBytes { $0.isEmpty }) && included?.matches($0) != false },
            decode: { try decoder.decode(Value.self, from: Data($0.bytes)) },
            onFailure: onFailure
        )
    }

    /// The values that the events of a reply hold.
    public struct Decoded<Value>: AsyncSequence {
        /// A value of the reply.
        public typealias Element = Value

        let reader: ReplyReader
        let isIncluded: (ServerSentEvent) -> Bool
        let decode: (ServerSentEvent) throws -> Value
        let onFailure: ((SSEClientError) -> Void)?

        /// Begins to read, or goes on.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(values: self) }

        /// Hands out the values one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let values: Decoded

            /// The next value, `nil` at the reply's end.
            ///
            /// - Throws: As ``EventStream/Reply/AsyncIterator/next(isolation:)``, and ``SSEClientError`` with the code
            ///   ``SSEClientError/Code/decodingFailed``.
            public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> Value? {
                let values = self.values
                while let event = try await values.reader.next() {
                    guard values.isIncluded(event) else { continue }
                    do {
                        return try values.decode(event)
                    } catch {
                        let failure = SSEClientError.decodingFailed(
                            event,
                            number: values.reader.count,
                            type: Value.self,
                            error
                        )
                        guard let onFailure = values.onFailure else { throw failure }
                        onFailure(failure)
                    }
                }
                return nil
            }
        }
    }
}

@available(*, unavailable)
extension EventStream.Decoded: Sendable {}

@available(*, unavailable)
extension EventStream.Decoded.AsyncIterator: Sendable {}

/// Tells events apart, to find the end of a reply or an error in it.
@available(SwiftSSE 1.0, *)
public struct EventPattern: Sendable {
    private let predicate: @Sendable (ServerSentEvent) -> Bool

    /// Makes a pattern of your own.
    ///
    /// - Parameter predicate: Whether an event is meant.
    public init(_ predicate: @escaping @Sendable (ServerSentEvent) -> Bool) {
        self.predicate = predicate
    }

    /// Events with this data, such as `[DONE]`.
    public static func data(_ data: String) -> EventPattern { EventPattern { $0.data == data } }

    /// Events of this type, such as `error`.
    public static func type(_ type: ServerSentEvent.EventType) -> EventPattern { EventPattern { $0.type == type } }

    /// Events of these types.
    public static func types(_ types: ServerSentEvent.EventType...) -> EventPattern {
        let types = Set(types)
        return EventPattern { types.contains($0.type) }
    }

    /// Whether an event is meant.
    public func matches(_ event: ServerSentEvent) -> Bool { self.predicate(event) }
}
