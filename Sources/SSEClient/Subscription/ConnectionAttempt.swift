public import ServerSentEvents

/// An attempt of a subscription to connect.
@available(SwiftSSE 1.0, *)
public struct ConnectionAttempt: Sendable {
    /// 1 for the first attempt of the subscription, and so on.
    public var number: Int

    /// How the connection before ended, `nil` at the first attempt, and after a pause.
    public var previousEnd: ConnectionEnd?

    /// The last event that has been seen, empty if none has. It is sent with the request unless that has one of its own.
    public var lastEventID: ServerSentEvent.EventID

    /// The head of the last response that came, of a stream or of a refusal, also from before a pause; `nil` if none has.
    /// For what a server wants to see again, such as a cookie: the client itself keeps none.
    public var previousResponse: EventStreamResponse?

    /// Makes a description of an attempt.
    ///
    /// - Parameters:
    ///   - number: 1 for the first attempt of the subscription, and so on.
    ///   - previousEnd: How the connection before ended.
    ///   - lastEventID: The last event that has been seen.
    ///   - previousResponse: The head of the last response that came.
    public init(
        number: Int,
        previousEnd: ConnectionEnd?,
        lastEventID: ServerSentEvent.EventID,
        previousResponse: EventStreamResponse? = nil
    ) {
        self.number = number
        self.previousEnd = previousEnd
        self.lastEventID = lastEventID
        self.previousResponse = previousResponse
    }
}
