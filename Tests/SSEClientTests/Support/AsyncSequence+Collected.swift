@available(SwiftSSE 1.0, *)
extension AsyncSequence {
    /// All elements to the end.
    ///
    /// Unlike the standard library's `reduce` it runs where its caller runs, so that the sequence need not be
    /// `Sendable`.
    func collected() async throws -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
