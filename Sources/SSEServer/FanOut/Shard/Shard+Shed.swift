// The end of those who cost too much, and of those who are not there any more.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Ends the streams of those who hold the oldest events, if all that is held is more than may be.
    ///
    /// They are slow and alive, so nothing else ends them, and each event that a connection has taken a part of has to
    /// be kept for it. They come back with their last event ID. One event may always be held, however large it is.
    func shed() {
        while self.held.byteCount > self.configuration.maximumHeldBytes, self.held.count > 1,
            let oldest = self.held.oldest
        {
            for index in self.slots.indices where self.slots[index].outlet.holds(oldest) {
                self.feed(index) { machine, _ in machine.drop(.slow) }
            }
            guard self.held.oldest != oldest else { return }
        }
    }

    /// Closes the connection of a client that is gone.
    func abandon(_ index: Int) {
        guard let shared = self.slots[index].outlet.abandon() else { return }
        // Its other streams end with it, and say so at once.
        self.abandoned[ObjectIdentifier(shared)] = shared
    }

    /// Tells a stream that is closed why that is so, if it is one of several of a client that is gone.
    func noteAbandonment(of index: Int) {
        guard !self.abandoned.isEmpty, let shared = self.slots[index].outlet.sharedConnection,
            self.abandoned[ObjectIdentifier(shared)] != nil
        else {
            return
        }
        _ = self.tell(index) { machine, _ in machine.abandon() }
    }
}
