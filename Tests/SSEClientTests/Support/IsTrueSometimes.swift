/// Whether something that a wrong client never does happens in one of some attempts.
///
/// For what must be done in a time: on a machine that has much to do, a right client may once fail to do it.
func isTrueSometimes(_ attempt: () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<8 where try await attempt() { return true }
    return false
}
