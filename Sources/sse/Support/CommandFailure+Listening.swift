import Foundation
import NIOCore

@available(SwiftSSE 1.0, *)
extension CommandFailure {
    /// Says in one line why a server cannot listen.
    init(listeningOn host: String, _ port: Int, _ error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            self.init("Port \(port) is in use; choose another one with --port.")
        case EACCES:
            self.init("Port \(port) is not yours to listen on; choose one above 1023 with --port.")
        case EADDRNOTAVAIL:
            self.init("\(host) is no address of this machine; choose another one with --host.")
        default:
            if error is SocketAddressError || error is SocketAddressError.UnknownHost {
                self.init("\(host) is not known; choose another one with --host.")
            } else {
                self.init(describing: error)
            }
        }
    }
}
