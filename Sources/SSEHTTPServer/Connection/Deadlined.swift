/// A connection, or a part of one, that waits for something in a ``DeadlineList``.
@available(SwiftSSE 1.0, *)
protocol Deadlined: AnyObject {
    /// Where this is in the list of deadlines, which sets it; -1 if it is not there.
    var deadlineIndex: Int { get set }

    /// What this was waiting for has not come in time.
    func deadlineExceeded()
}
