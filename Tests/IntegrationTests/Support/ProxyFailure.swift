/// A proxy that could not be started.
struct ProxyFailure: Error, CustomStringConvertible {
    let description: String
}
