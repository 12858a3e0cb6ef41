/// Whether something that a wrong client never does happens in one of some attempts.
///
/// For what must be done in a time: on a machine that has much to do, a right client may fail to do it, and at the
/// beginning of a run all tests together are much to do for some ten seconds.
func isTrueSometimes(_ attempt: () async throws -> Bool) async rethrows -> Bool {
    let start = ContinuousClock.now
    repeat {
        if try await attempt() { return true }
    } while ContinuousClock.now - start < .seconds(40)
    return false
}
