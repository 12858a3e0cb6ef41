/// A name by which events are found: a topic, or an id that a publisher has chosen.
protocol IndexedName: Hashable, Sendable {
    var text: String { get }
}

@available(SwiftSSE 1.0, *)
extension Topic: IndexedName {
    var text: String { self.rawValue }
}

extension String: IndexedName {
    var text: String { self }
}

/// The numbers of the events with a name, for each name. A name is held once, however many events have it.
@available(SwiftSSE 1.0, *)
struct NameIndex<Name: IndexedName>: Sendable {
    private(set) var lists: [Name: LeanDeque<UInt64>] = [:]
    /// The bytes of the names, and of the lists' numbers.
    private var contentByteCount = 0

    /// The bytes of memory that the index takes, with the names.
    var byteCount: Int {
        // A dictionary doubles its room; what it is about to need counts, so that nothing jumps when it does.
        let capacity = max(self.lists.capacity, 2 * self.lists.count)
        return self.contentByteCount
            + HeldBytes.dictionary(capacity: capacity, stride: MemoryLayout<(Name, LeanDeque<UInt64>)>.stride)
    }

    /// Adds a number, once for an event that has its name twice.
    ///
    /// - Returns: The name as it is held already, so that the event can share its text, and the number of the newest event
    ///   that has it; `nil` if the name is new.
    mutating func append(_ sequence: UInt64, to name: Name) -> (name: Name, last: UInt64)? {
        guard let index = self.lists.index(forKey: name) else {
            var list = LeanDeque<UInt64>()
            list.append(sequence)
            self.lists[name] = list
            self.contentByteCount += HeldBytes.text(name.text) + list.byteCount
            return nil
        }
        let last = self.lists.values[index].elements.last ?? sequence
        if last != sequence {
            self.contentByteCount -= self.lists.values[index].byteCount
            self.lists.values[index].append(sequence)
            self.contentByteCount += self.lists.values[index].byteCount
        }
        return (self.lists.keys[index], last)
    }

    /// Removes the oldest number of a name, and the name when it was the last.
    mutating func remove(_ sequence: UInt64, from name: Name) {
        guard let index = self.lists.index(forKey: name), self.lists.values[index].elements.first == sequence else {
            return
        }
        self.contentByteCount -= self.lists.values[index].byteCount
        if self.lists.values[index].elements.count == 1 {
            self.contentByteCount -= HeldBytes.text(name.text)
            self.lists.remove(at: index)
            self.giveBack()
        } else {
            _ = self.lists.values[index].removeFirst()
            self.contentByteCount += self.lists.values[index].byteCount
        }
    }

    /// Makes the storage anew when little of it is in use.
    private mutating func giveBack() {
        let count = self.lists.count
        guard self.lists.capacity > 64, count < self.lists.capacity / 8 else { return }
        var lists: [Name: LeanDeque<UInt64>] = [:]
        lists.reserveCapacity(count)
        for (name, list) in self.lists { lists[name] = list }
        self.lists = lists
    }
}
