@available(SwiftSSE 1.0, *)
extension ServerSentEvent {
    /// An event's type: one line of text, never empty.
    ///
    /// Types compare byte for byte and can be matched against literals:
    ///
    /// ```swift
    /// switch event.type {
    /// case .message: show(event.data)
    /// case "removed": remove(event.data)
    /// default: break
    /// }
    /// ```
    public struct EventType: Sendable {
        /// The type's text.
        public var rawValue: String { self.text.string }

        let text: EventText

        @inline(__always)
        init(unchecked text: EventText) {
            self.text = text
        }

        /// Makes an event type from text.
        ///
        /// - Parameter rawValue: The text.
        /// - Throws: ``ServerSentEventsError`` with the code ``ServerSentEventsError/Code/invalidEventType`` if the text
        ///   is empty (which the format reads as `message`) or holds CR or LF (which would end the field).
        public init(_ rawValue: String) throws(ServerSentEventsError) {
            guard !rawValue.isEmpty else {
                throw ServerSentEventsError(
                    code: .invalidEventType,
                    message: "The field 'event' must not be empty; leave the type out to send a 'message'."
                )
            }
            if let byte = rawValue.utf8.first(where: { $0 == .carriageReturn || $0 == .lineFeed }) {
                throw ServerSentEventsError(
                    code: .invalidEventType,
                    message: "The field 'event' must not hold \(byte.controlName); it would end the field."
                )
            }
            self.init(unchecked: EventText(rawValue))
        }

        /// The type of an event that names none: `message`.
        public static var message: EventType { EventType(unchecked: EventText(short: .message)) }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventType: Hashable {
    /// Tells whether two types have the same bytes.
    public static func == (first: Self, second: Self) -> Bool {
        first.text == second.text
    }

    /// Feeds the type's bytes to a hasher.
    public func hash(into hasher: inout Hasher) {
        self.text.hash(into: &hasher)
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventType: ExpressibleByStringLiteral {
    /// Makes a type from a literal in the source.
    ///
    /// - Precondition: The literal is a valid type; use ``init(_:)`` for text that is not known when you compile.
    public init(stringLiteral value: String) {
        do throws(ServerSentEventsError) {
            try self.init(value)
        } catch {
            preconditionFailure(error.message)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEvent.EventType: CustomStringConvertible {
    /// The type's text.
    public var description: String { self.rawValue }
}
