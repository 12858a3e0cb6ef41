/// The other end of a connection, as the system sees it.
enum PeerState: Equatable {
    /// It has acknowledged all that was sent.
    case settled
    /// It has not acknowledged everything, and has answered the last that it was sent: it lives, and takes no more for
    /// now.
    case answering
    /// It has not answered the last that it was sent.
    ///
    /// - Parameter heard: A number that changes with everything that comes from it.
    case silent(heard: UInt32)
}

/// Finds out that the other end of a connection is gone: it has been sent something, and nothing at all comes back.
///
/// The bytes that a socket takes say little of that, since the system keeps megabytes for whoever is at the other end.
/// A client that reads nothing is not gone: its system goes on answering. A value, which is told once a tick what is to
/// be seen.
struct AcknowledgementWatch {
    /// The number that was heard of the peer when its silence began.
    private var heard: UInt32 = 0
    /// The tick at which its silence was first seen, `.max` if it is not silent.
    private var silentSince = UInt32.max
    /// The tick at which it had last acknowledged everything.
    private var settledTick: UInt32 = 0

    /// A Boolean value that indicates whether the peer is to be looked at: something may have been sent since it had
    /// acknowledged everything.
    ///
    /// - Parameter lastWrite: The tick of the last write.
    func isDue(lastWrite: UInt32) -> Bool { self.settledTick <= lastWrite }

    /// The peer has been looked at.
    ///
    /// - Returns: For how many ticks it has been silent.
    mutating func look(_ peer: PeerState, tick: UInt32) -> UInt32 {
        switch peer {
        case .settled:
            self.settledTick = tick
            self.silentSince = .max
        case .answering:
            self.silentSince = .max
        case .silent(let heard):
            if self.silentSince == .max || heard != self.heard {
                self.heard = heard
                self.silentSince = tick
            }
            return tick &- self.silentSince
        }
        return 0
    }
}
