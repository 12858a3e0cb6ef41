/// The items of one chunk, in an array that is used again for the next.
@available(SwiftSSE 1.0, *)
struct ItemQueue {
    private var items: [EventStreamItem] = []
    private var next = 0

    mutating func append(_ item: EventStreamItem) {
        self.items.append(item)
    }

    mutating func popFirst() -> EventStreamItem? {
        guard self.next < self.items.count else { return nil }
        let item = self.items[self.next]
        self.next += 1
        if self.next == self.items.count {
            self.items.removeAll(keepingCapacity: self.items.count <= 1024)
            self.next = 0
        }
        return item
    }
}
