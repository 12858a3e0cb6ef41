import NIOCore

/// An event that is to be published.
struct PublishLine: Sendable {
    /// Which line of standard input it is, from 1.
    let number: Int
    /// The form that publishes it.
    let form: ByteBuffer
}
